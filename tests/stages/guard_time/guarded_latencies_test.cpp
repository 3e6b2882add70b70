#include "stages/guard_time/guarded_latencies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "stages/statistics/intervals.h"
#include "tests/stages/guard_time/bytes.h"
#include "tests/support/fake_latencies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::guard_time {
namespace {

using schema::Latencies;
using schema::Measurement;

Latencies guarded(const Latencies& clean, const schema::Dataset& dataset, const GuardTimeJob& settings,
                  int first_byte = 0) {
  const CleanTimes times = learn_times(clean);
  const TimeGuard guard(Secret(count_up(first_byte, first_byte + 31)), policy_of(settings, times));
  return guarded_latencies(clean, times, guard, ask(clean, dataset, guard, settings.near_duplicates));
}

const Measurement& measured(const Latencies& latencies, const std::string& metric) {
  const auto found = std::find_if(latencies.measurements.begin(), latencies.measurements.end(),
                                  [&](const Measurement& row) { return row.metric == metric; });
  EXPECT_NE(found, latencies.measurements.end()) << metric;
  return *found;
}

bool has(const Latencies& latencies, const std::string& metric) {
  return std::any_of(latencies.measurements.begin(), latencies.measurements.end(),
                     [&](const Measurement& row) { return row.metric == metric; });
}

/// Every tenth sample is a copy of its predecessor.
schema::Dataset rows_with_copies(std::int64_t count, std::int64_t features = 24) {
  schema::Dataset dataset = test::tiny_rows(count, features, 4, 0.5);
  for (std::int64_t i = 1; i < count; i += 10)
    std::copy_n(dataset.samples.begin() + (i - 1) * features, features, dataset.samples.begin() + i * features);
  return dataset;
}

TEST(GuardedLatencies, DelayAllRepeatsOfASampleAndItsCopiesEqually) {
  const Latencies clean = test::fake_latencies(40, 3, 4);
  const Latencies after = guarded(clean, rows_with_copies(40), {.sigma_ms = 5});
  const auto delay = [&](std::size_t row, std::size_t repeat) {
    return after.latency_ms[row * 4 + repeat] - clean.latency_ms[row * 4 + repeat];
  };
  for (std::size_t row = 0; row < 40; ++row) {
    EXPECT_GT(delay(row, 0), 0);
    for (std::size_t repeat = 1; repeat < 4; ++repeat) EXPECT_NEAR(delay(row, repeat), delay(row, 0), 1e-12);
  }
  EXPECT_NEAR(delay(0, 0), delay(1, 0), 1e-12);
  EXPECT_GT(std::abs(delay(1, 0) - delay(2, 0)), 1e-6);
  EXPECT_EQ(after.disturbance, "time_guard");
  EXPECT_EQ(after.repeats, 4);
  EXPECT_EQ(after.index, clean.index);
  EXPECT_EQ(after.exit_taken, clean.exit_taken);
}

TEST(GuardedLatencies, DoNotDependOnTheOrderOfSamples) {
  const Latencies clean = test::fake_latencies(30, 3, 1);
  Latencies turned = clean;
  std::reverse(turned.index.begin(), turned.index.end());
  std::reverse(turned.exit_taken.begin(), turned.exit_taken.end());
  std::reverse(turned.latency_ms.begin(), turned.latency_ms.end());
  std::vector<double> times = guarded(turned, rows_with_copies(30), {.sigma_ms = 5, .cap = Cap::kMax}).latency_ms;
  std::reverse(times.begin(), times.end());
  EXPECT_EQ(times, guarded(clean, rows_with_copies(30), {.sigma_ms = 5, .cap = Cap::kMax}).latency_ms);
}

/// Of 200 secrets, how many give a mean within what the closed form says of 95 %.
std::int64_t secrets_within(const Latencies& clean, const schema::Dataset& dataset, const GuardTimeJob& settings) {
  std::int64_t within = 0;
  for (int secret = 0; secret < 200; ++secret) {
    const Latencies after = guarded(clean, dataset, settings, secret);
    const Measurement& expected = measured(after, "expected_mean_ms");
    const double mean = measured(after, "mean_ms_guarded").value;
    within += expected.low <= mean && mean <= expected.high ? 1 : 0;
  }
  return within;
}

TEST(GuardedLatencies, CostWhatTheClosedFormSays) {
  const Latencies clean = test::fake_latencies(500, 4, 2);
  const schema::Dataset dataset = rows_with_copies(500);
  const Latencies after = guarded(clean, dataset, {.sigma_ms = 3});
  const double closed = measured(after, "mean_ms_clean").value + std::sqrt(2 / std::numbers::pi) * 3;
  EXPECT_DOUBLE_EQ(measured(after, "expected_mean_ms").value, closed);
  const Measurement& mean = measured(after, "mean_ms_guarded");
  EXPECT_LE(mean.low, closed);
  EXPECT_GE(mean.high, closed);
  EXPECT_EQ(mean.n, 500);
  for (const GuardTimeJob& settings :
       {GuardTimeJob{.sigma_ms = 3}, GuardTimeJob{.sigma_ms = 3, .near_duplicates = 5}}) {
    const std::int64_t within = secrets_within(clean, dataset, settings);
    EXPECT_TRUE(statistics::clopper_pearson(within, 200, 0.999).contains(0.95)) << within << " of 200";
  }
}

/// Equal samples share a delay: an interval that took them for independent would be too narrow.
TEST(GuardedLatencies, WidenTheIntervalWhereManySamplesAreEqual) {
  const Latencies clean = test::fake_latencies(400, 4, 1);
  schema::Dataset dataset = test::tiny_rows(400, 24, 4, 0.5);
  for (std::int64_t i = 0; i < 400; ++i)
    std::copy_n(dataset.samples.begin() + i % 20 * 24, 24, dataset.samples.begin() + i * 24);
  const std::int64_t within = secrets_within(clean, dataset, {.sigma_ms = 3});
  EXPECT_TRUE(statistics::clopper_pearson(within, 200, 0.999).contains(0.95)) << within << " of 200";
  const Measurement alone = measured(guarded(clean, rows_with_copies(400), {.sigma_ms = 3}), "mean_ms_guarded");
  const Measurement alike = measured(guarded(clean, dataset, {.sigma_ms = 3}), "mean_ms_guarded");
  EXPECT_GT(alike.high - alike.low, 2 * (alone.high - alone.low));
}

TEST(GuardedLatencies, TakeTheSlowestHundredAsMaximum) {
  const Latencies clean = test::fake_latencies(1000, 4, 2, 0);
  const CleanTimes times = learn_times(clean);
  EXPECT_EQ(times.max_ms.value, 4);
  EXPECT_EQ(times.max_ms.n, 100);
  const Latencies after = guarded(clean, rows_with_copies(1000), {.sigma_ms = 50, .cap = Cap::kMax});
  for (std::size_t i = 0; i < after.latency_ms.size(); ++i) {
    EXPECT_LE(after.latency_ms[i], 4);
    if (clean.exit_taken[i / 2] == 3) {
      EXPECT_EQ(after.latency_ms[i], clean.latency_ms[i]);
    }
  }
  EXPECT_EQ(measured(after, "mean_ms_max_delay").value, 4);
  EXPECT_LT(measured(after, "mean_ms_guarded").value, 4);
  EXPECT_FALSE(has(after, "expected_mean_ms"));
}

TEST(GuardedLatencies, FillTheHundredFromEarlierExitsBySmallestIndex) {
  Latencies clean = test::fake_latencies(150, 2, 1, 0);
  for (std::size_t i = 0; i < 150; ++i) {
    clean.exit_taken[i] = i < 60 ? 1 : 0;
    clean.latency_ms[i] = static_cast<double>(i + 1);
  }
  EXPECT_DOUBLE_EQ(learn_times(clean).max_ms.value, 50.5);  // the samples 0 .. 99
}

TEST(GuardedLatencies, HideJitterBehindADeadlineAndCountOverruns) {
  const Latencies clean = test::fake_latencies(2000, 3, 5);
  const schema::Dataset dataset = test::tiny_rows(2000, 24, 4, 0.5);
  const Latencies after = guarded(clean, dataset, {.sigma_ms = 1, .release = Release::kDeadline});
  const Latencies still = guarded(clean, dataset, {.sigma_ms = 0, .release = Release::kDeadline});
  // With no noise an overrun is a time above its exit's 99th percentile.
  EXPECT_NEAR(measured(still, "overruns").value, 100, 6);
  EXPECT_EQ(measured(still, "overruns").n, 10000);
  EXPECT_LT(measured(after, "overruns").value, measured(still, "overruns").value);
  const CleanTimes times = learn_times(clean);
  std::map<std::size_t, std::set<double>> released;  // of a sample's answers that kept their deadline
  for (std::size_t i = 0; i < after.latency_ms.size(); ++i) {
    const double deadline = times.deadline_ms[static_cast<std::size_t>(clean.exit_taken[i / 5])];
    if (clean.latency_ms[i] <= deadline) released[i / 5].insert(after.latency_ms[i]);
    EXPECT_GE(after.latency_ms[i], clean.latency_ms[i]);
  }
  EXPECT_EQ(released.size(), 2000U);
  for (const auto& [row, moments] : released) EXPECT_EQ(moments.size(), 1U) << row;
  const Measurement& expected = measured(after, "expected_mean_ms");
  EXPECT_LE(expected.low, measured(after, "mean_ms_guarded").value);
  EXPECT_GE(expected.high, measured(after, "mean_ms_guarded").value);
}

TEST(GuardedLatencies, LearnNoDeadlineOfAnExitThatNobodyTook) {
  Latencies clean = test::fake_latencies(50, 2, 1);
  clean.exits = 3;
  const CleanTimes times = learn_times(clean);
  EXPECT_EQ(times.deadline_ms.size(), 3U);
  EXPECT_EQ(times.deadline_ms[2], 0);
  EXPECT_GT(times.deadline_ms[1], 2);
}

TEST(GuardedLatencies, GiveNearDuplicatesOfRowsFreshDelays) {
  const Latencies clean = test::fake_latencies(30, 3, 3);
  const schema::Dataset dataset = test::tiny_rows(30, 24, 4, 0.5);
  const Latencies after = guarded(clean, dataset, {.sigma_ms = 5, .near_duplicates = 8});
  ASSERT_EQ(after.repeats, 8);
  ASSERT_EQ(after.latency_ms.size(), 240U);
  std::set<double> delays;
  for (std::size_t row = 0; row < 30; ++row) {
    for (std::size_t r = 0; r < 8; ++r) {
      const double delay = after.latency_ms[row * 8 + r] - clean.latency_ms[row * 3 + r % 3];
      EXPECT_GT(delay, 0);
      delays.insert(delay);
    }
  }
  EXPECT_EQ(delays.size(), 240U);
}

TEST(GuardedLatencies, GiveNearDuplicatesOfImagesMostlyTheSameDelay) {
  const Latencies clean = test::fake_latencies(10, 2, 1);
  const schema::Dataset dataset = test::tiny_images(10, 2);
  const TimeGuard guard(Secret(count_up(0, 31)), {.sigma_ms = 5});
  const Queries queries = ask(clean, dataset, guard, 20);
  std::int64_t same = 0;
  for (std::size_t i = 0; i < queries.seeds.size(); ++i) same += queries.seeds[i] == queries.samples[i / 20] ? 1 : 0;
  EXPECT_GT(same, 180) << "of 200";
}

TEST(GuardedLatencies, RefuseMoreNearDuplicatesThanThereAre) {
  const Latencies clean = test::fake_latencies(5, 2, 1);
  EXPECT_EQ(
      test::message_of([&] { guarded(clean, test::tiny_rows(5, 24, 2), {.sigma_ms = 1, .near_duplicates = 25}); }),
      "guard_time.near_duplicates: 25 are more than the 24 bits or pixels of a sample of tiny_rows");
}

}  // namespace
}  // namespace exitaudit::guard_time
