#include "stages/tabulate/guard_effect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

namespace exitaudit::tabulate {
namespace {

using schema::TableRow;

TableRow success(const std::string& attack, const std::string& source, double value) {
  return {"shirts", "vgg16", 6,      1,          "",
          attack,   source,  "same", "attack/x", {"all", "attack_success", value, value - .02, value + .02, 500}};
}

std::vector<TableRow> swept() {
  return {success("score", "none", .55),
          success("score", "stolen/copies=1", .70),
          success("score", "stolen/copies=1/guard=0.1", .69),
          success("score", "stolen/copies=1/guard=1", .55),
          success("score", "stolen/copies=1/guard=10", .56),  // noise; the curve has met the line before
          success("score", "stolen/copies=1/guard=0.1/likelihood", .70),
          success("score", "stolen/copies=1/guard=1/likelihood", .66),
          success("score", "stolen/copies=1/guard=10/likelihood", .58)};
}

double value(const std::vector<TableRow>& rows, const std::string& source, const std::string& metric) {
  for (const TableRow& row : rows) {
    if (row.exit_source == source && row.measurement.metric == metric) return row.measurement.value;
  }
  ADD_FAILURE() << "no " << metric << " of " << source;
  return -1;
}

TEST(GuardEffect, IsTheSmallestSigmaAtWhichTheHybridFallsToTheOriginal) {
  const std::vector<TableRow> rows = guard_effects(swept());
  ASSERT_EQ(rows.size(), 8U);
  const std::string unaware = "score/stolen/copies=1/guard";
  EXPECT_EQ(value(rows, unaware, "smallest_sigma_ms"), 1);
  EXPECT_EQ(value(rows, unaware, "original_success"), .55);
  EXPECT_EQ(value(rows, unaware, "unguarded_success"), .70);
  EXPECT_EQ(value(rows, unaware, "guarded_success"), .55);
  EXPECT_EQ(rows[0].measurement.n, 3);
  EXPECT_EQ(rows[0].attack, "");
}

TEST(GuardEffect, SaysWhereNoSigmaSuffices) {
  const std::string knowing = "score/stolen/copies=1/guard/likelihood";
  EXPECT_TRUE(std::isnan(value(guard_effects(swept()), knowing, "smallest_sigma_ms")));
  EXPECT_EQ(value(guard_effects(swept()), knowing, "guarded_success"), .58);  // at the largest
}

TEST(GuardEffect, IsNothingWhereTheHybridIsNoBetterWithoutAGuard) {
  std::vector<TableRow> rows = swept();
  rows[1].measurement.value = .54;
  const std::vector<TableRow> found = guard_effects(rows);
  EXPECT_EQ(value(found, "score/stolen/copies=1/guard", "smallest_sigma_ms"), 0);
  EXPECT_EQ(value(found, "score/stolen/copies=1/guard", "guarded_success"), .54);
}

TEST(GuardEffect, LeavesHalfAPointToTheTrainingOfTwoAttacks) {
  std::vector<TableRow> rows = swept();
  for (const auto& [above, sigma] : {std::pair{.0049, 0.}, std::pair{.0051, 1.}}) {
    rows[1].measurement.value = rows[0].measurement.value + above;
    EXPECT_EQ(value(guard_effects(rows), "score/stolen/copies=1/guard", "smallest_sigma_ms"), sigma) << above;
  }
}

TEST(GuardEffect, NeedsTheOriginalAndTheUnguardedHybrid) {
  for (const std::size_t missing : {0U, 1U}) {
    std::vector<TableRow> rows = swept();
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_TRUE(guard_effects(rows).empty());
  }
  EXPECT_TRUE(guard_effects({success("score", "stolen/copies=1/guard=x", .5)}).empty());
}

}  // namespace
}  // namespace exitaudit::tabulate
