#include "stages/statistics/exit_accuracy.h"

#include <gtest/gtest.h>

#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

TEST(ExitAccuracy, CountsByTrueAndBelievedExitAndLeavesEmptyOnesOut) {
  schema::StolenExits stolen;
  stolen.exits = 3;
  stolen.estimated_exits = 2;
  stolen.exit = {0, 0, 2, 1, 2};
  measure_exits(stolen, std::vector<std::int32_t>{0, 0, 0, 2, 2});
  EXPECT_EQ(stolen.confusion, (std::vector<std::int64_t>{2, 0, 1, 0, 0, 0, 0, 1, 1}));
  ASSERT_EQ(stolen.measurements.size(), 4U);
  EXPECT_EQ(stolen.measurements[0].slice, "all");
  EXPECT_DOUBLE_EQ(stolen.measurements[0].value, 3.0 / 5);
  EXPECT_DOUBLE_EQ(stolen.measurements[0].low, clopper_pearson(3, 5).low);
  EXPECT_EQ(stolen.measurements[1].metric, "estimated_exits");
  EXPECT_EQ(stolen.measurements[1].value, 2);
  EXPECT_EQ(stolen.measurements[2].slice, "exit=0");
  EXPECT_DOUBLE_EQ(stolen.measurements[2].value, 2.0 / 3);
  EXPECT_EQ(stolen.measurements[3].slice, "exit=2");
  EXPECT_EQ(stolen.measurements[3].n, 2);
}

}  // namespace
}  // namespace exitaudit::statistics
