#include "stages/steal_exits/timings.h"

#include <gtest/gtest.h>

namespace exitaudit::steal_exits {
namespace {

double average(std::vector<double> repeats, Statistic statistic, Outliers outliers = Outliers::kKept) {
  const auto count = static_cast<std::int64_t>(repeats.size());
  return average_times({{7}, count, std::move(repeats)}, statistic, outliers).at(0);
}

TEST(Timings, AreAveragedAsAsked) {
  const std::vector<double> repeats{9, 2, 3, 4, 5, 6, 7, 8, 1, 100};
  EXPECT_DOUBLE_EQ(average(repeats, Statistic::kMedian), 5.5);
  EXPECT_DOUBLE_EQ(average(repeats, Statistic::kTrimmedMean), 5.5);  // 2 .. 9
  EXPECT_DOUBLE_EQ(average(repeats, Statistic::kMean), 14.5);
  EXPECT_DOUBLE_EQ(average(repeats, Statistic::kMin), 1);
}

TEST(Timings, AreTrimmedByPartsWhereATenthIsLessThanOne) {
  // Half of the outermost: (1/2 + 2 + 3 + 4 + 100/2) / 4.
  EXPECT_DOUBLE_EQ(average({100, 1, 2, 3, 4}, Statistic::kTrimmedMean), 59.5 / 4);
  EXPECT_DOUBLE_EQ(average({3}, Statistic::kTrimmedMean), 3);
}

TEST(Timings, LoseWhatADisturbanceStretched) {
  // Median 5.5, MAD 2.5: scaled five times, 18.5.
  EXPECT_DOUBLE_EQ(average({9, 2, 3, 4, 5, 6, 7, 8, 1, 100}, Statistic::kMean, Outliers::kCut), 5);
  EXPECT_DOUBLE_EQ(average({9, 2, 3, 4, 5, 6, 7, 8, 1, 24}, Statistic::kMean, Outliers::kCut), 6.9);
  EXPECT_DOUBLE_EQ(average({4, 4, 4, 4, 90}, Statistic::kMean, Outliers::kCut), 4);
  EXPECT_DOUBLE_EQ(average({4, 6}, Statistic::kMean, Outliers::kCut), 5);
  EXPECT_DOUBLE_EQ(average({10, 10, 10.1, 10, 10, 7}, Statistic::kMin, Outliers::kCut), 7)
      << "nothing is too fast to be true";
}

TEST(Timings, AreRowsOfRepeats) {
  const Timings timings{{3, 1}, 2, {1, 2, 10, 30}};
  EXPECT_EQ(average_times(timings, Statistic::kMean, Outliers::kKept), (std::vector<double>{1.5, 20}));
}

}  // namespace
}  // namespace exitaudit::steal_exits
