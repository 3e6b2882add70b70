#include "stages/schema/verdicts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stages/schema/measurement.h"
#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void expect_equal(double a, double b) {
  EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << a << " and " << b;
}

void expect_equal(const Measurement& a, const Measurement& b) {
  EXPECT_EQ(a.slice, b.slice);
  EXPECT_EQ(a.metric, b.metric);
  expect_equal(a.value, b.value);
  expect_equal(a.low, b.low);
  expect_equal(a.high, b.high);
  EXPECT_EQ(a.n, b.n);
}

Verdicts small_verdicts() {
  return {.attack = "score",
          .exit_source = "known",
          .index = {3, 1},
          .member = {1, 0},
          .label = {0, 9},
          .exit = {1, 0},
          .correct = {1, 1},
          .score = {0.75, -2},
          .decision = {1, 0},
          .measurements = {{"all", "auc", 0.75, 0.5, 1, 2}, {"exit=1", "tpr_at_fpr_0.1pct", kNaN, kNaN, kNaN, 1}}};
}

TEST(Verdicts, ComeBack) {
  const Verdicts verdicts = small_verdicts();
  const Verdicts read = read_verdicts(Stored(verdicts).open());
  EXPECT_EQ(read.attack, "score");
  EXPECT_EQ(read.exit_source, "known");
  EXPECT_EQ(read.index, verdicts.index);
  EXPECT_EQ(read.member, verdicts.member);
  EXPECT_EQ(read.label, verdicts.label);
  EXPECT_EQ(read.exit, verdicts.exit);
  EXPECT_EQ(read.correct, verdicts.correct);
  EXPECT_EQ(read.score, verdicts.score);
  EXPECT_EQ(read.decision, verdicts.decision);
  ASSERT_EQ(read.measurements.size(), 2U);
  expect_equal(read.measurements[0], verdicts.measurements[0]);
  expect_equal(read.measurements[1], verdicts.measurements[1]);
}

TEST(Verdicts, NameTheSampleThatDoesNotFit) {
  Verdicts verdicts = small_verdicts();
  verdicts.score[1] = kNaN;
  EXPECT_EQ(complaint(verdicts), "verdicts: score of sample 1 (row 1) is not a number");
  verdicts = small_verdicts();
  verdicts.decision[0] = 7;
  EXPECT_EQ(complaint(verdicts), "verdicts: decision of sample 3 (row 0) is 7, neither 0 nor 1");
}

TEST(Table, ComesBack) {
  const Measurement some{"all", "attack_success", 0.6, 0.55, 0.65, 400};
  const std::vector<TableRow> rows{
      {"cifar10", "vgg16", 3, 1, "", "score", "known", "same", "attack/cifar10/1", some},
      {"cifar10", "vgg16", 1, 2, "target", "", "", "", "train/cifar10/2", {"all", "gap", kNaN, 0, 0, 0}}};
  const auto read = read_table(Stored(rows).open());
  ASSERT_EQ(read.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].dataset, rows[i].dataset);
    EXPECT_EQ(read[i].network, rows[i].network);
    EXPECT_EQ(read[i].exits, rows[i].exits);
    EXPECT_EQ(read[i].seed, rows[i].seed);
    EXPECT_EQ(read[i].role, rows[i].role);
    EXPECT_EQ(read[i].attack, rows[i].attack);
    EXPECT_EQ(read[i].exit_source, rows[i].exit_source);
    EXPECT_EQ(read[i].shadow, rows[i].shadow);
    EXPECT_EQ(read[i].job, rows[i].job);
    expect_equal(read[i].measurement, rows[i].measurement);
  }
}

TEST(Table, MayBeEmpty) {
  EXPECT_TRUE(read_table(Stored(std::vector<TableRow>{}).open()).empty());
}

TEST(Table, RefusesColumnsOfUnequalLength) {
  const test::TempDir folder;
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  writer.write_texts("m/slice", {"all", "all"});
  writer.write_texts("m/metric", {"auc"});
  writer.commit();
  const auto reader = ArtifactReader::open(folder / "a.h5");
  EXPECT_EQ(test::message_of([&] { read_measurements(reader, "m"); }),
            "table: m/metric has 1 values where 2 are expected");
}

}  // namespace
}  // namespace exitaudit::schema
