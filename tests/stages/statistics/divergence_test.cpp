#include "stages/statistics/divergence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace exitaudit::statistics {
namespace {

/// `count` draws from shares that are multiples of 1/20.
std::vector<std::uint32_t> draws(const std::vector<int>& twentieths, std::int64_t count, RandomStream random) {
  std::vector<std::uint32_t> wheel;
  for (std::size_t bin = 0; bin < twentieths.size(); ++bin) {
    wheel.insert(wheel.end(), static_cast<std::size_t>(twentieths[bin]), static_cast<std::uint32_t>(bin));
  }
  std::vector<std::uint32_t> found;
  for (std::int64_t i = 0; i < count; ++i) found.push_back(wheel[random.below(wheel.size())]);
  return found;
}

TEST(JensenShannon, IsNothingBetweenEqualSharesWhateverTheirNumber) {
  EXPECT_DOUBLE_EQ(jensen_shannon({1, 2, 3}, {10, 20, 30}), 0);
}

TEST(JensenShannon, IsOneBitBetweenHistogramsThatNeverMeet) {
  EXPECT_DOUBLE_EQ(jensen_shannon({5, 0, 1}, {0, 7, 0}), 1);
}

TEST(JensenShannon, HasItsClosedFormForTwoBins) {
  // P = (1/2, 1/2), Q = (1, 0), M = (3/4, 1/4).
  const double of_p = std::log2(2.0 / 3) / 2 + std::log2(2.0) / 2;
  const double of_q = std::log2(4.0 / 3);
  EXPECT_NEAR(jensen_shannon({8, 8}, {3, 0}), (of_p + of_q) / 2, 1e-15);
  EXPECT_NEAR(jensen_shannon({3, 0}, {8, 8}), (of_p + of_q) / 2, 1e-15);
}

TEST(JensenShannon, IsNotKnownForAnEmptyHistogram) {
  EXPECT_TRUE(std::isnan(jensen_shannon({1, 2}, {0, 0})));
}

TEST(HistogramEdges, AreEqualBinsUpToTheUpperQuantile) {
  std::vector<double> values;
  for (int i = 1000; i >= 0; --i) values.push_back(i);
  const std::vector<double> edges = histogram_edges(values, 5);  // 99.5 % of 0 .. 1000 is 995
  ASSERT_EQ(edges.size(), 6U);
  for (std::size_t k = 0; k < edges.size(); ++k) EXPECT_DOUBLE_EQ(edges[k], 199.0 * static_cast<double>(k));
  EXPECT_EQ(bins_of(std::vector<double>{0, 198.9, 199, 994.9, 995, 1e6}, edges),
            (std::vector<std::uint32_t>{0, 0, 1, 4, 4, 4}));
}

TEST(HistogramEdges, EndAtOneWhereEveryValueIsNothing) {
  EXPECT_EQ(histogram_edges({0, 0, 0}, 2), (std::vector<double>{0, 0.5, 1}));
}

TEST(Divergence, TakesOffWhatChanceAloneMakes) {
  double raw = 0;
  double corrected = 0;
  constexpr int kPairs = 400;
  for (int k = 0; k < kPairs; ++k) {
    const auto a = draws({5, 5, 5, 5}, 20, stream("a", k));
    const auto b = draws({5, 5, 5, 5}, 20, stream("b", k));
    const Divergence found = estimate_divergence(a, b, 4, 20, std::to_string(k));
    raw += found.raw / kPairs;
    corrected += found.corrected / kPairs;
  }
  EXPECT_GT(raw, 0.04);
  EXPECT_NEAR(corrected, 0, 0.006);  // three deviations of the mean
}

TEST(Divergence, HasAnIntervalThatHoldsTheTruthAboutAsOftenAsItSays) {
  const double truth = jensen_shannon({5, 5, 5, 5}, {8, 6, 4, 2});
  constexpr int kPairs = 200;
  int held = 0;
  for (int k = 0; k < kPairs; ++k) {
    const auto a = draws({5, 5, 5, 5}, 300, stream("a", k));
    const auto b = draws({8, 6, 4, 2}, 300, stream("b", k));
    held += estimate_divergence(a, b, 4, 20, std::to_string(k)).interval.contains(truth) ? 1 : 0;
  }
  EXPECT_GE(held, 180);
  EXPECT_LT(held, kPairs);
}

TEST(Divergence, IsLeftAloneWithoutPermutations) {
  const auto a = draws({10, 10}, 30, stream("a"));
  const auto b = draws({15, 5}, 30, stream("b"));
  const Divergence found = estimate_divergence(a, b, 2, 0, "x");
  EXPECT_EQ(found.corrected, found.raw);
  EXPECT_LT(found.interval.low, found.raw);
  EXPECT_GT(found.interval.high, found.raw);
}

TEST(Divergence, IsNotKnownOfNoSamples) {
  const Divergence found = estimate_divergence({}, {}, 100, 20, "x");
  EXPECT_TRUE(std::isnan(found.raw));
  EXPECT_TRUE(std::isnan(found.corrected));
  EXPECT_TRUE(std::isnan(found.interval.low));
}

}  // namespace
}  // namespace exitaudit::statistics
