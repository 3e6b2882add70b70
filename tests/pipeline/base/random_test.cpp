// The golden values come from an independent Philox4x32-10 in Python, itself checked against Random123's known answers
// (kat_vectors): SHA-256 of "7:shuffle7:train/a1:3", little-endian; bytes 0-7 the key, 8-15 the counter's upper half.

#include "pipeline/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

RandomStream golden() {
  return stream("shuffle", "train/a", 3);
}

TEST(RandomStream, AgreesWithAnIndependentPhilox) {
  RandomStream random = golden();
  for (const std::uint64_t expected : {0x519de746bb9ac65U, 0x6bcaf49ea2903494U, 0xeacdb5fdbfab8a7fU,
                                       0x90aeb538dee056a2U, 0xe903001335376ed4U, 0xa925a27629fca8efU}) {
    EXPECT_EQ(random(), expected);
  }
}

TEST(RandomStream, DerivesItsDistributionsStably) {
  RandomStream uniforms = golden();
  EXPECT_EQ(uniforms.uniform(), 0.019925979064032817);
  EXPECT_EQ(uniforms.uniform(), 0.4210656058590423);
  RandomStream normals = golden();
  EXPECT_NEAR(normals.normal(), -0.17646089908490553, 1e-15);
  EXPECT_NEAR(normals.normal(), 0.09547726587669539, 1e-15);
  EXPECT_EQ(golden().permutation(10), (std::vector<std::int64_t>{0, 2, 8, 9, 1, 4, 6, 7, 5, 3}));
}

TEST(RandomStream, IsItsNames) {
  const auto first = [](RandomStream random) { return random(); };
  EXPECT_EQ(first(stream("init", "vgg16", 1)), first(stream("init", "vgg16", 1)));
  EXPECT_EQ(first(stream("init", 1)), first(stream("init", "1")));
  EXPECT_NE(first(stream("ab", "c")), first(stream("a", "bc")));
  EXPECT_NE(first(stream("ab")), first(stream("ab", "")));
  EXPECT_NE(first(stream("init", 1)), first(stream("init", 2)));
}

TEST(RandomStream, DrawsUniformsInTheUnitInterval) {
  RandomStream random = stream("test", "uniform");
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    squares += value * value;
  }
  // Five standard errors: sqrt(1/12/n) and sqrt(4/45/n).
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kDraws));
}

TEST(RandomStream, DrawsNormalsWithTheRightMoments) {
  RandomStream random = stream("test", "normal");
  constexpr int kDraws = 100000;
  std::array<double, 5> moments{};
  int beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.normal();
    for (int power = 1; power <= 4; ++power)
      moments[static_cast<std::size_t>(power)] += std::pow(value, power) / kDraws;
    if (std::abs(value) > 1.959963984540054) ++beyond;
  }
  // Five standard errors; the variance of z^k is E z^2k - (E z^k)^2: 1, 2, 15, 96.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1.0 / kDraws));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / kDraws));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / kDraws));
  EXPECT_NEAR(beyond, 0.05 * kDraws, 5 * std::sqrt(0.05 * 0.95 * kDraws));
}

TEST(RandomStream, DrawsIntegersUniformlyBelowABound) {
  RandomStream random = stream("test", "below");
  constexpr int kBins = 7;
  constexpr int kDraws = 70000;
  std::array<int, kBins> counts{};
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(kBins));
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - kDraws / kBins, 2) / (kDraws / kBins);
  EXPECT_LT(chi_square, 22.46);  // 99.9 % of six degrees of freedom
  EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomStream, RejectsDrawsThatWouldBiasLargeBounds) {
  // With a bound of 3/4 of the range, taking the remainder alone would hit the lower third half of the time.
  constexpr std::uint64_t kBound = std::uint64_t{3} << 62U;
  RandomStream random = stream("test", "bias");
  constexpr int kDraws = 10000;
  int low = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t value = random.below(kBound);
    ASSERT_LT(value, kBound);
    if (value < kBound / 3) ++low;
  }
  EXPECT_NEAR(low, kDraws / 3.0, 5 * std::sqrt(kDraws * 2.0 / 9));
}

TEST(RandomStream, RefusesAnEmptyRange) {
  EXPECT_NE(test::message_of([] { stream("test").below(0); }), "");
}

TEST(RandomStream, PermutesEveryElementToEveryPlace) {
  RandomStream random = stream("test", "permutation");
  std::set<std::vector<std::int64_t>> seen;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::int64_t> order = random.permutation(4);
    seen.insert(order);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<std::int64_t>{0, 1, 2, 3}));
  }
  EXPECT_EQ(seen.size(), 24U);
  EXPECT_TRUE(random.permutation(0).empty());
}

}  // namespace
}  // namespace exitaudit
