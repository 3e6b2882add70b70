#include "stages/statistics/rank_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace exitaudit::statistics {
namespace {

using Values = std::vector<double>;
const double kNone = std::nan("");

TEST(RankCorrelation, IsOneInOrderAndMinusOneAgainstIt) {
  EXPECT_DOUBLE_EQ(rank_correlation(Values{1, 2, 3, 6}, Values{.1, .2, .9, .91}), 1);
  EXPECT_DOUBLE_EQ(rank_correlation(Values{1, 2, 3, 6}, Values{9, 7, 3, 1}), -1);
}

TEST(RankCorrelation, IsTheClosedFormWithoutTies) {
  // 1 - 6 sum d^2 / (n (n^2 - 1)): ranks 1 2 3 4 5 against 2 1 4 3 5, sum d^2 = 4, 1 - 24/120.
  EXPECT_DOUBLE_EQ(rank_correlation(Values{1, 2, 3, 4, 5}, Values{20, 10, 40, 30, 50}), 0.8);
}

TEST(RankCorrelation, SharesTheRanksOfEqualValues) {
  // Ranks 0 1 2 3 against .5 .5 2 3: by hand, covariance 4.5, squares 5 and 4.5.
  EXPECT_NEAR(rank_correlation(Values{1, 2, 3, 4}, Values{5, 5, 7, 8}), 4.5 / std::sqrt(5 * 4.5), 1e-12);
}

TEST(RankCorrelation, CannotBeToldFromTwoPointsOrEqualValues) {
  EXPECT_TRUE(std::isnan(rank_correlation(Values{1, 2}, Values{1, 2})));
  EXPECT_TRUE(std::isnan(rank_correlation(Values{1, 2, 3}, Values{4, 4, 4})));
}

TEST(RankCorrelationInterval, IsNarrowWherePointsAreFarApart) {
  const Values x{1, 2, 3}, y{.9, .7, .5}, low{.89, .69, .49}, high{.91, .71, .51};
  const Interval found = rank_correlation_interval(x, y, low, high, stream("test"));
  EXPECT_DOUBLE_EQ(found.low, -1);
  EXPECT_DOUBLE_EQ(found.high, -1);
}

TEST(RankCorrelationInterval, HoldsZeroWhereMeasuringHidesTheOrder) {
  const Values x{1, 2, 3, 4, 5, 6}, y{.50, .51, .505, .507, .512, .509};
  Values low, high;
  for (const double value : y) {
    low.push_back(value - .05);
    high.push_back(value + .05);
  }
  const Interval found = rank_correlation_interval(x, y, low, high, stream("test"));
  EXPECT_LT(found.low, 0);
  EXPECT_GT(found.high, 0);
  const Interval again = rank_correlation_interval(x, y, low, high, stream("test"));
  EXPECT_EQ(found.low, again.low);
  EXPECT_EQ(found.high, again.high);
}

TEST(RankCorrelationInterval, IsNoneWhereNothingSaysHowSureAPointIs) {
  const Values x{1, 2, 3}, y{1, 2, 3}, none{kNone, kNone, kNone};
  EXPECT_TRUE(std::isnan(rank_correlation_interval(x, y, none, none, stream("test")).low));
}

}  // namespace
}  // namespace exitaudit::statistics
