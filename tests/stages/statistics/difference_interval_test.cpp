#include "stages/statistics/difference_interval.h"

#include <gtest/gtest.h>

#include <cmath>

namespace exitaudit::statistics {
namespace {

TEST(DifferenceInterval, AddsTheSquaresOfTheDistances) {
  // 0.7 [0.67, 0.74] less 0.6 [0.57, 0.64]: below by hypot(.03, .04) = .05, above by hypot(.04, .03) = .05.
  const Interval found = difference_interval(0.7, 0.67, 0.74, 0.6, 0.57, 0.64);
  EXPECT_NEAR(found.low, 0.05, 1e-12);
  EXPECT_NEAR(found.high, 0.15, 1e-12);
}

TEST(DifferenceInterval, UsesTheFarSideOfWhatIsTakenOff) {
  // A one-sided interval of b, [0.6, 0.72], only lowers the difference: hypot(.05, .12) = .13.
  const Interval found = difference_interval(0.9, 0.85, 0.9, 0.6, 0.6, 0.72);
  EXPECT_NEAR(found.low, 0.3 - 0.13, 1e-12);
  EXPECT_NEAR(found.high, 0.3, 1e-12);
}

TEST(DifferenceInterval, IsNewcombesForTwoProportionsWithWilsonsIntervals) {
  // Newcombe 1998, table II, (a): 56/70 - 48/80, method 10: 0.0524, 0.3339.
  const Interval a = wilson(56, 70);
  const Interval b = wilson(48, 80);
  const Interval found = difference_interval(0.8, a.low, a.high, 0.6, b.low, b.high);
  EXPECT_NEAR(found.low, 0.0524, 5e-5);
  EXPECT_NEAR(found.high, 0.3339, 5e-5);
}

TEST(DifferenceInterval, IsNoneWithoutBothIntervals) {
  EXPECT_TRUE(std::isnan(difference_interval(0.7, std::nan(""), 0.8, 0.6, 0.5, 0.7).low));
  EXPECT_TRUE(std::isnan(difference_interval(0.7, 0.6, 0.8, std::nan(""), 0.5, 0.7).high));
}

}  // namespace
}  // namespace exitaudit::statistics
