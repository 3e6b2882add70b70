// Moments are those of specification 6.3; the bounds are held against its table and against simulation.

#include "stages/add_noise/network_noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/error.h"
#include "stages/statistics/intervals.h"
#include "tests/support/fake_latencies.h"

namespace exitaudit::add_noise {
namespace {

using schema::Latencies;
using schema::Measurement;

double measured(const Latencies& latencies, const std::string& metric) {
  for (const Measurement& row : latencies.measurements) {
    if (row.metric == metric) return row.value;
  }
  ADD_FAILURE() << "no " << metric;
  return 0;
}

struct Golden {
  NetworkDelay delay;
  double mean;
  double deviation;  ///< 0: the specification gives none
};

const std::vector<Golden>& goldens() {
  static const std::vector<Golden> all{
      {{2, 1, Positive::kRejection}, 2.055, 0.942}, {{2, 1, Positive::kAbsolute}, 2.017, 0.965},
      {{2, 3, Positive::kRejection}, 3.282, 0},     {{2, 3, Positive::kAbsolute}, 2.907, 0},
      {{2, 10, Positive::kRejection}, 8.751, 0},    {{2, 10, Positive::kAbsolute}, 8.138, 0}};
  return all;
}

TEST(NetworkDelay, HasTheMomentsOfTheSpecification) {
  for (const Golden& golden : goldens()) {
    EXPECT_NEAR(moments(golden.delay).mean_ms, golden.mean, 0.0005);
    if (golden.deviation == 0) continue;
    EXPECT_NEAR(moments(golden.delay).deviation_ms, golden.deviation, 0.0005);
  }
  EXPECT_EQ(moments({2, 0}).mean_ms, 2);
  EXPECT_EQ(moments({2, 0}).deviation_ms, 0);
  EXPECT_NEAR(moments({50, 1}).mean_ms, 50, 1e-12);
  EXPECT_NEAR(moments({0, 3}).mean_ms, 3 * std::sqrt(2 / std::numbers::pi), 1e-12);
}

TEST(NetworkDelay, IsDrawnWithTheseMoments) {
  constexpr int kDraws = 200000;
  for (const Golden& golden : goldens()) {
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    const Moments exact = moments(golden.delay);
    for (int sample = 0; sample < kDraws; ++sample) {
      const double z = mean_delay_ms(golden.delay, 1, "moments", sample);
      ASSERT_GT(z, 0);
      sum += z / kDraws;
      squares += std::pow(z - exact.mean_ms, 2) / kDraws;
      fourth += std::pow(z - exact.mean_ms, 4) / kDraws;
    }
    // Five standard errors each.
    EXPECT_NEAR(sum, exact.mean_ms, 5 * exact.deviation_ms / std::sqrt(kDraws));
    EXPECT_NEAR(squares, std::pow(exact.deviation_ms, 2), 5 * std::sqrt((fourth - squares * squares) / kDraws));
  }
}

TEST(NetworkDelay, AveragesItsQueries) {
  const NetworkDelay delay{.mean_ms = 2, .sigma_ms = 3};
  const Moments exact = moments(delay);
  double sum = 0;
  double squares = 0;
  constexpr int kSamples = 4000;
  for (int sample = 0; sample < kSamples; ++sample) {
    const double mean = mean_delay_ms(delay, 300, "averages", sample);
    sum += mean / kSamples;
    squares += std::pow(mean - exact.mean_ms, 2) / kSamples;
  }
  const double variance = exact.deviation_ms * exact.deviation_ms / 300;
  EXPECT_NEAR(sum, exact.mean_ms, 5 * std::sqrt(variance / kSamples));
  EXPECT_NEAR(squares, variance, 5 * variance * std::sqrt(2.0 / kSamples));
}

TEST(NetworkDelay, BelongsToItsSampleAndJob) {
  const NetworkDelay delay{.mean_ms = 2, .sigma_ms = 1};
  EXPECT_EQ(mean_delay_ms(delay, 10, "a", 3), mean_delay_ms(delay, 10, "a", 3));
  EXPECT_NE(mean_delay_ms(delay, 10, "a", 3), mean_delay_ms(delay, 10, "a", 4));
  EXPECT_NE(mean_delay_ms(delay, 10, "a", 3), mean_delay_ms(delay, 10, "b", 3));
  // Golden, so that nobody changes the streams unknowingly: an independent Philox in Python (network_noise_golden.py).
  EXPECT_NEAR(mean_delay_ms(delay, 1, "a", 3), 1.5219886208993159, 1e-6);
  EXPECT_NEAR(mean_delay_ms(delay, 300, "a", 3), 2.0678087935782816, 1e-6);
}

TEST(RequiredQueries, AreTheTableOfTheSpecification) {
  struct Row {
    double sigma;
    std::array<std::int64_t, 5> queries;
  };
  const std::array gaps{3.0, 5.0, 7.0, 9.0, 11.0};
  for (const Row& row : {Row{2, {4, 2, 1, 1, 1}}, Row{5, {22, 8, 4, 3, 2}}, Row{10, {86, 31, 16, 10, 7}},
                         Row{20, {342, 123, 63, 38, 26}}, Row{50, {2135, 769, 392, 238, 159}}}) {
    for (std::size_t i = 0; i < gaps.size(); ++i)
      EXPECT_EQ(required_queries(Certainty::kZTest, row.sigma, gaps[i]), row.queries[i]) << row.sigma << " " << gaps[i];
  }
}

TEST(RequiredQueries, GrowToWhatTheyPromise) {
  EXPECT_EQ(required_queries(Certainty::kSide, 100, 1), 108241);
  EXPECT_EQ(required_queries(Certainty::kInterior, 100, 1), 153664);
  EXPECT_EQ(required_queries(Certainty::kZTest, 0, 1), 1);
  EXPECT_EQ(required_queries(Certainty::kInterior, 1e6, 1e-9), std::int64_t{1} << 62U);
  EXPECT_THROW(required_queries(Certainty::kSide, 1, 0), Error);
  EXPECT_THROW(required_queries(Certainty::kSide, 1, std::nan("")), Error);
}

/// Right guesses of a classifier with borders halfway between three exits, 3 ms apart, behind noise of 20 ms.
struct Guesses {
  std::int64_t side = 0;
  std::int64_t interior = 0;
  static constexpr std::int64_t kSamples = 20000;  ///< of each exit
};

Guesses classify(std::int64_t queries) {
  constexpr double kGap = 3;
  const NetworkDelay delay{.mean_ms = 1000, .sigma_ms = 20};  // far enough from 0 that no draw is rejected
  Guesses right;
  for (std::int64_t sample = 0; sample < 3 * Guesses::kSamples; ++sample) {
    const double error = mean_delay_ms(delay, queries, "bounds", sample) - delay.mean_ms;
    switch (sample % 3) {
      case 0:
        right.side += error < kGap / 2 ? 1 : 0;
        break;
      case 1:
        right.interior += std::abs(error) < kGap / 2 ? 1 : 0;
        break;
      default:
        break;  // the last exit is the first one's mirror image
    }
  }
  return right;
}

statistics::Interval share(std::int64_t right) {
  return statistics::clopper_pearson(right, Guesses::kSamples, 0.999);
}

TEST(RequiredQueries, OfTheZTestGiveLessThanItSays) {
  const Guesses right = classify(required_queries(Certainty::kZTest, 20, 3));
  EXPECT_TRUE(share(right.side).contains(0.917)) << right.side;
  EXPECT_TRUE(share(right.interior).contains(0.834)) << right.interior;
  EXPECT_LT(share(right.side).high, 0.95);
}

TEST(RequiredQueries, OfTheOtherBoundsGiveNinetyFivePercent) {
  // Exactly 95 % and a little for rounding up: the interval of what is seen must hold it.
  EXPECT_TRUE(share(classify(required_queries(Certainty::kSide, 20, 3)).side).contains(0.95));
  EXPECT_TRUE(share(classify(required_queries(Certainty::kInterior, 20, 3)).interior).contains(0.95));
}

/// The same without chance: the normal's share that the borders cut off.
TEST(RequiredQueries, KeepTheirPromiseInClosedForm) {
  for (const double ratio : {0.1, 0.7, 1.0, 3.3, 12.0, 250.0}) {
    const auto inside = [&](Certainty certainty) {
      const auto queries = static_cast<double>(required_queries(certainty, ratio, 1));
      return std::erf(std::sqrt(queries) / (2 * ratio) / std::numbers::sqrt2);
    };
    EXPECT_GE((1 + inside(Certainty::kSide)) / 2, 0.95) << ratio;
    EXPECT_GE(inside(Certainty::kInterior), 0.95) << ratio;
    EXPECT_GE((1 + inside(Certainty::kZTest)) / 2, 0.917) << ratio;
  }
}

TEST(NoisyLatencies, AskTheRepeatsInTurn) {
  Latencies clean = test::fake_latencies(2, 2, 3);
  clean.latency_ms = {1, 2, 4, 10, 20, 40};
  const auto without_noise = [&](std::int64_t queries) {
    return noisy_latencies(clean, {.mean_ms = 0.5, .sigma_ms = 0}, queries, "turns").latency_ms;
  };
  EXPECT_EQ(without_noise(1), (std::vector<double>{1.5, 10.5}));
  EXPECT_EQ(without_noise(2), (std::vector<double>{2, 15.5}));
  EXPECT_EQ(without_noise(4), (std::vector<double>{2.5, 20.5}));     // (1 + 2 + 4 + 1) / 4
  EXPECT_EQ(without_noise(8), (std::vector<double>{2.625, 21.75}));  // (3 * 1 + 3 * 2 + 2 * 4) / 8 = 17 / 8
}

TEST(NoisyLatencies, KeepTheirRowsAndSayWhatTheyAre) {
  const Latencies clean = test::fake_latencies(50, 3, 4);
  const Latencies noisy = noisy_latencies(clean, {.mean_ms = 2, .sigma_ms = 1}, 10, "rows");
  EXPECT_EQ(noisy.disturbance, "network");
  EXPECT_EQ(noisy.repeats, 1);
  EXPECT_EQ(noisy.index, clean.index);
  EXPECT_EQ(noisy.exit_taken, clean.exit_taken);
  EXPECT_EQ(noisy.latency_ms.size(), 50U);
  schema::check(noisy);
}

TEST(NoisyLatencies, DoNotDependOnOrderOrCompany) {
  const Latencies clean = test::fake_latencies(30, 3, 2);
  const NetworkDelay delay{.mean_ms = 2, .sigma_ms = 1};
  const std::vector<double> whole = noisy_latencies(clean, delay, 7, "order").latency_ms;
  Latencies last = clean;
  last.index = {29, 4};
  last.copy = {0, 0};
  last.exit_taken = {clean.exit_taken[29], clean.exit_taken[4]};
  last.latency_ms = {clean.latency_ms[58], clean.latency_ms[59], clean.latency_ms[8], clean.latency_ms[9]};
  EXPECT_EQ(noisy_latencies(last, delay, 7, "order").latency_ms, (std::vector<double>{whole[29], whole[4]}));
}

TEST(NoisyLatencies, ReportTheSmallestGapAndItsBounds) {
  Latencies clean = test::fake_latencies(6, 4, 1);
  clean.exit_taken = {0, 0, 1, 1, 3, 3};  // nobody took exit 2
  clean.latency_ms = {1, 3, 10, 12, 5, 7};
  EXPECT_DOUBLE_EQ(smallest_gap_ms(clean), 4);  // medians 2, 11 and 6: in time, exit 3 follows exit 0
  const Latencies noisy = noisy_latencies(clean, {.mean_ms = 200, .sigma_ms = 20}, 3, "gap");
  EXPECT_DOUBLE_EQ(measured(noisy, "smallest_gap_ms"), 4);
  EXPECT_EQ(measured(noisy, "required_queries_z_test"), required_queries(Certainty::kZTest, 20, 4));
  EXPECT_EQ(measured(noisy, "required_queries_side"), required_queries(Certainty::kSide, 20, 4));
  EXPECT_EQ(measured(noisy, "required_queries_interior"), required_queries(Certainty::kInterior, 20, 4));
}

TEST(NoisyLatencies, HaveNoBoundWhereThereIsNoGap) {
  Latencies clean = test::fake_latencies(3, 2, 1);
  clean.exit_taken = {0, 0, 0};
  const Latencies noisy = noisy_latencies(clean, {.mean_ms = 2, .sigma_ms = 1}, 3, "no gap");
  EXPECT_TRUE(std::isnan(measured(noisy, "smallest_gap_ms")));
  EXPECT_TRUE(std::isnan(measured(noisy, "required_queries_side")));
}

}  // namespace
}  // namespace exitaudit::add_noise
