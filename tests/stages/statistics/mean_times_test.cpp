#include "stages/statistics/mean_times.h"

#include <gtest/gtest.h>

#include <cmath>

namespace exitaudit::statistics {
namespace {

TEST(MeanTimes, AreOfTheSamplesMedians) {
  // Medians 2, 4 (of 3 and 5) and 9.
  const schema::Latencies latencies{.device = "cpu",
                                    .clock = "steady_clock",
                                    .disturbance = "",
                                    .exits = 3,
                                    .repeats = 2,
                                    .overhead_ms = 0.5,
                                    .index = {0, 1, 2},
                                    .copy = {0, 0, 0},
                                    .exit_taken = {0, 0, 2},
                                    .latency_ms = {2, 2, 3, 5, 8, 10},
                                    .measurements = {}};
  const auto rows = mean_times(latencies);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].slice, "all");
  EXPECT_EQ(rows[0].metric, "mean_ms");
  EXPECT_DOUBLE_EQ(rows[0].value, 5);
  // Deviation of 2, 4, 9 is sqrt(13); the mean's standard error sqrt(13 / 3).
  EXPECT_NEAR(rows[0].high - rows[0].value, 1.959964 * std::sqrt(13.0 / 3.0), 1e-6);
  EXPECT_EQ(rows[1].metric, "overhead_ms");
  EXPECT_EQ(rows[1].value, 0.5);
  EXPECT_EQ(rows[2].slice, "exit=0");
  EXPECT_DOUBLE_EQ(rows[2].value, 3);
  EXPECT_EQ(rows[3].slice, "exit=2");  // nobody left at exit 1
  EXPECT_DOUBLE_EQ(rows[3].value, 9);
  EXPECT_TRUE(std::isnan(rows[3].low));
  EXPECT_EQ(rows[3].n, 1);
}

}  // namespace
}  // namespace exitaudit::statistics
