#include "stages/statistics/mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

TEST(Mean, HasTheTextbooksInterval) {
  const std::vector<double> values{1, 2, 3, 6};
  const schema::Measurement found = mean("mean_ms", values);
  const double half = kNormal95 * std::sqrt(14.0 / 3 / 4);  // deviation^2 = (4 + 1 + 0 + 9) / 3
  EXPECT_EQ(found.slice, "all");
  EXPECT_EQ(found.metric, "mean_ms");
  EXPECT_DOUBLE_EQ(found.value, 3);
  EXPECT_DOUBLE_EQ(found.low, 3 - half);
  EXPECT_DOUBLE_EQ(found.high, 3 + half);
  EXPECT_EQ(found.n, 4);
}

TEST(Mean, HasNoIntervalOfOneValueAndNoValueOfNone) {
  EXPECT_EQ(mean("m", std::vector<double>{2}).value, 2);
  EXPECT_TRUE(std::isnan(mean("m", std::vector<double>{2}).low));
  EXPECT_TRUE(std::isnan(mean("m", {}).value));
  EXPECT_EQ(mean("m", {}).n, 0);
}

TEST(ClusteredMean, SeesEqualRowsAsOne) {
  const std::vector<double> values{1, 3, 1, 3, 1, 3, 1, 3};
  const std::vector<std::uint64_t> clusters{9, 5, 9, 5, 9, 5, 9, 5};
  const schema::Measurement found = clustered_mean("m", values, clusters);
  EXPECT_DOUBLE_EQ(found.value, 2);
  EXPECT_EQ(found.n, 8);
  EXPECT_DOUBLE_EQ(found.high - 2, mean("m", std::vector<double>{1, 3}).high - 2);
  EXPECT_TRUE(std::isnan(clustered_mean("m", values, std::vector<std::uint64_t>(8, 1)).low));
}

TEST(ClusteredMean, CountsTheColumnsOfARow) {
  const std::vector<double> values{1, 3, 5, 7};
  const schema::Measurement found = clustered_mean("m", values, std::vector<std::uint64_t>{0, 1});
  EXPECT_DOUBLE_EQ(found.value, 4);
  EXPECT_EQ(found.n, 2);
  EXPECT_DOUBLE_EQ(found.high, mean("m", std::vector<double>{2, 6}).high);
  EXPECT_THROW(clustered_mean("m", values, std::vector<std::uint64_t>{0, 1, 2}), Error);
}

/// 60 clusters of 1 to 7 equal rows: of 400 worlds, 95 % hold the true mean.
TEST(ClusteredMean, HoldsTheTruthAsOftenAsItSays) {
  std::int64_t held = 0;
  RandomStream random = stream("test", "clustered mean");
  for (int world = 0; world < 400; ++world) {
    std::vector<double> values;
    std::vector<std::uint64_t> clusters;
    for (std::uint64_t cluster = 0; cluster < 60; ++cluster) {
      const double value = random.normal();
      const std::uint64_t rows = 1 + random.below(7);
      for (std::uint64_t row = 0; row < rows; ++row) {
        values.push_back(value);
        clusters.push_back(cluster);
      }
    }
    const schema::Measurement found = clustered_mean("m", values, clusters);
    held += found.low <= 0 && 0 <= found.high ? 1 : 0;
  }
  // A normal interval of 60 clusters holds a little less than 95 %: Student's t would be 2.1 % wider.
  EXPECT_TRUE(clopper_pearson(held, 400, 0.999).contains(0.95)) << held;
}

TEST(TInterval, IsStudents) {
  // Quantile .975 of Student's t with 2 degrees of freedom: 4.302653; the deviation of 1, 2, 3 is 1.
  const Interval found = t_interval(std::vector<double>{1, 2, 3});
  EXPECT_NEAR(found.low, 2 - 4.302653 / std::sqrt(3), 1e-5);
  EXPECT_NEAR(found.high, 2 + 4.302653 / std::sqrt(3), 1e-5);
  EXPECT_TRUE(std::isnan(t_interval(std::vector<double>{1}).low));
}

}  // namespace
}  // namespace exitaudit::statistics
