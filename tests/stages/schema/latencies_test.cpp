#include "stages/schema/latencies.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Latencies three() {
  return {.device = "h200",
          .clock = "cuda_events",
          .disturbance = "time_guard",
          .devices = 2,
          .copies_per_device = 4,
          .exits = 3,
          .repeats = 2,
          .overhead_ms = 0.004,
          .index = {12, 3, 7},
          .copy = {0, 7, 1},
          .exit_taken = {2, 0, 1},
          .latency_ms = {3.5, 3.25, 1.5, 1.25, 2.5, 2.75},
          .measurements = {{"all", "mean_ms", 2.5, 2, 3, 3}}};
}

TEST(Latencies, ComeBack) {
  const Latencies read = read_latencies(Stored(three()).open());
  EXPECT_EQ(read.device, "h200");
  EXPECT_EQ(read.clock, "cuda_events");
  EXPECT_EQ(read.disturbance, "time_guard");
  EXPECT_EQ(read.devices, 2);
  EXPECT_EQ(read.copies_per_device, 4);
  EXPECT_EQ(read.exits, 3);
  EXPECT_EQ(read.repeats, 2);
  EXPECT_EQ(read.overhead_ms, 0.004);
  EXPECT_EQ(read.index, three().index);
  EXPECT_EQ(read.copy, three().copy);
  EXPECT_EQ(read.exit_taken, three().exit_taken);
  EXPECT_EQ(read.latency_ms, three().latency_ms);
  ASSERT_EQ(read.measurements.size(), 1U);
  EXPECT_EQ(read.measurements[0].metric, "mean_ms");
}

std::string fault(const std::function<void(Latencies&)>& spoil) {
  Latencies latencies = three();
  spoil(latencies);
  try {
    check(latencies);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(Latencies, NameTheSampleOfAFault) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(fault([](Latencies& l) { l.latency_ms[2] = 0; }),
            "latencies: latency_ms of sample 3 (row 1) is 0, a time is positive");
  EXPECT_EQ(fault([](Latencies& l) { l.latency_ms[5] = -1.5; }),
            "latencies: latency_ms of sample 7 (row 2) is -1.5, a time is positive");
  EXPECT_EQ(fault([](Latencies& l) { l.latency_ms[0] = kNan; }),
            "latencies: latency_ms of sample 12 (row 0) is not a number");
  EXPECT_NE(fault([](Latencies& l) { l.exit_taken[1] = 3; }), "");
  EXPECT_NE(fault([](Latencies& l) { l.copy[1] = 8; }), "");
  EXPECT_NE(fault([](Latencies& l) { l.index[1] = 12; }), "");
  EXPECT_NE(fault([](Latencies& l) { l.latency_ms.pop_back(); }), "");
  EXPECT_NE(fault([](Latencies& l) { l.repeats = 0; }), "");
}

}  // namespace
}  // namespace exitaudit::schema
