#include "stages/tabulate/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exitaudit::tabulate {
namespace {

using schema::TableRow;

TableRow row(std::int64_t exits, std::int64_t seed, double value, const std::string& slice = "all") {
  return {.dataset = "d",
          .network = "n",
          .exits = exits,
          .seed = seed,
          .role = "",
          .attack = "score",
          .exit_source = "none",
          .shadow = "same",
          .job = "attack/x",
          .measurement = {slice, "auc", value, 0, 1, 100}};
}

std::vector<TableRow> of_slice(const std::vector<TableRow>& rows, const std::string& slice) {
  std::vector<TableRow> found;
  for (const TableRow& r : rows)
    if (r.measurement.slice == slice) found.push_back(r);
  return found;
}

TEST(Aggregate, AveragesExitsTwoToSixAndLeavesVanillaOut) {
  const auto means = aggregate({row(1, 1, 0.9), row(2, 1, 0.5), row(3, 1, 0.6), row(6, 1, 0.7)});
  const auto mean = of_slice(means, "mean over exits");
  const auto deviation = of_slice(means, "deviation over exits");
  ASSERT_EQ(mean.size(), 1U);
  ASSERT_EQ(deviation.size(), 1U);
  EXPECT_DOUBLE_EQ(mean[0].measurement.value, 0.6);
  EXPECT_EQ(mean[0].measurement.n, 3);
  EXPECT_EQ(mean[0].exits, kOverExits);
  EXPECT_EQ(mean[0].attack, "score");
  EXPECT_NEAR(deviation[0].measurement.value, 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(mean[0].measurement.low));  // three are too few to resample
}

TEST(Aggregate, GivesAMeanOfFiveAnInterval) {
  const auto means = aggregate({row(2, 1, 0.5), row(3, 1, 0.55), row(4, 1, 0.6), row(5, 1, 0.65), row(6, 1, 0.7)});
  const auto mean = of_slice(means, "mean over exits");
  ASSERT_EQ(mean.size(), 1U);
  EXPECT_GT(mean[0].measurement.low, 0.5);
  EXPECT_LT(mean[0].measurement.high, 0.7);
  EXPECT_LT(mean[0].measurement.low, mean[0].measurement.high);
}

TEST(Aggregate, AveragesSeedsApartFromExits) {
  const auto means = aggregate({row(2, 1, 0.5), row(2, 2, 0.7), row(3, 1, 0.6), row(3, 2, 0.6)});
  const auto seeds = of_slice(means, "mean over seeds");
  ASSERT_EQ(seeds.size(), 2U);
  EXPECT_DOUBLE_EQ(seeds[0].measurement.value, 0.6);
  EXPECT_EQ(seeds[0].exits, 2);
  EXPECT_EQ(seeds[0].seed, kOverSeeds);
  const auto both = of_slice(means, "mean over exits and seeds");
  ASSERT_EQ(both.size(), 1U);
  EXPECT_DOUBLE_EQ(both[0].measurement.value, 0.6);
  EXPECT_NEAR(of_slice(means, "deviation over exits and seeds")[0].measurement.value, 0.1 / std::sqrt(2.0), 1e-12);
}

TEST(Aggregate, CountsOnlyFiguresThatAreKnown) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  const auto means = aggregate({row(2, 1, 0.5), row(3, 1, unknown), row(4, 1, 0.7)});
  EXPECT_EQ(of_slice(means, "mean over exits")[0].measurement.n, 2);
  EXPECT_TRUE(aggregate({row(2, 1, 0.5), row(3, 1, unknown)}).empty());
}

TEST(Aggregate, LeavesSlicesAlone) {
  EXPECT_TRUE(aggregate({row(2, 1, 0.5, "exit=0"), row(3, 1, 0.5, "exit=0")}).empty());
}

TEST(SortRows, OrdersNumbersInSlicesByValueWhateverTheOrderBefore) {
  std::vector<TableRow> rows{row(3, 1, 0, "class=10"), row(3, 1, 0, "class=9"), row(1, 1, 0), row(3, 1, 0)};
  sort_rows(rows);
  EXPECT_EQ(rows[0].exits, 1);
  EXPECT_EQ(rows[1].measurement.slice, "all");
  EXPECT_EQ(rows[2].measurement.slice, "class=9");
  EXPECT_EQ(rows[3].measurement.slice, "class=10");
}

}  // namespace
}  // namespace exitaudit::tabulate
