#include "stages/measure_boundary/bit_flip.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stages/statistics/intervals.h"

namespace exitaudit::measure_boundary {
namespace {

/// Label: how many of the first `bits` bits are set.
class FirstBits final : public DecisionOracle {
 public:
  explicit FirstBits(std::int64_t bits) : bits_(bits) {}

 private:
  torch::Tensor answer(const torch::Tensor& inputs) override {
    return inputs.narrow(1, 0, bits_).sum(1).to(torch::kLong);
  }
  std::int64_t bits_;
};

torch::Tensor some_rows(std::int64_t count, std::int64_t features) {
  return torch::arange(count * features).view({count, features}).remainder(3).eq(0).to(torch::kFloat);
}

// A label that is one bit is kept with chance 1 - p.
TEST(FlipBits, AgreeWithTheClosedFormOfAOneBitModel) {
  FirstBits oracle(1);
  const auto rates = flip_rates(50);
  constexpr std::int64_t kCopies = 1000;
  const auto found = flip_bits(oracle, some_rows(40, 50), std::vector<std::int64_t>(40, 0), {"same"}, rates, kCopies);
  const auto own = flip_bits(oracle, some_rows(1, 50), {7}, {"other"}, rates, kCopies);
  for (std::size_t r = 0; r < rates.size(); ++r) {
    const auto kept = static_cast<std::int64_t>(std::lround(own[0].shares[r] * kCopies));
    EXPECT_TRUE(statistics::clopper_pearson(kept, kCopies, 0.9999).contains(1 - rates[r])) << own[0].shares[r];
    for (const FlippedRow& row : found) EXPECT_EQ(row.shares[r], found[0].shares[r]);  // one stream, one draw
  }
}

// Two bits are each kept, or both of a pair (1, 0) are flipped: the sum stays with (1-p)^2 + p^2.
TEST(FlipBits, AgreeWithTheClosedFormOfATwoBitModel) {
  FirstBits oracle(2);
  torch::Tensor row = torch::zeros({1, 20});
  row[0][0] = 1;
  constexpr std::int64_t kCopies = 20000;
  const auto found = flip_bits(oracle, row, {3}, {"two"}, {0.05, 0.5, 1}, kCopies).at(0);
  EXPECT_EQ(found.label, 1);
  EXPECT_EQ(found.queries, 3 * kCopies + 1);
  EXPECT_EQ(oracle.queries(), found.queries);
  EXPECT_NEAR(found.shares[0], 0.95 * 0.95 + 0.05 * 0.05, 0.01);
  EXPECT_NEAR(found.shares[1], 0.5, 0.02);
  EXPECT_EQ(found.shares[2], 1);  // all flipped: (0, 1)
}

TEST(FlipBits, DoNotDependOnTheOtherRows) {
  FirstBits oracle(5);
  const torch::Tensor rows = some_rows(6, 30);
  const auto all = flip_bits(oracle, rows, {1, 2, 3, 4, 5, 6}, {"n"}, flip_rates(30), 100);
  const auto one = flip_bits(oracle, rows.narrow(0, 3, 1), {4}, {"n"}, flip_rates(30), 100);
  EXPECT_EQ(one[0].shares, all[3].shares);
  EXPECT_NE(all[2].shares, all[3].shares);
}

TEST(FlipRates, AreThePapersOverTheNumberOfBits) {
  EXPECT_EQ(flip_rates(100), (std::vector<double>{0.01, 0.02, 0.03, 0.05, 0.1}));
  EXPECT_EQ(flip_rates(4).back(), 1);
}

TEST(DrawPlaces, TakesEachPlaceWithTheSameChance) {
  constexpr std::int64_t kSize = 1'000'000;
  for (const double rate : {0.001, 0.1, 0.7}) {
    const auto places = draw_places({"places"}, kSize, rate);
    const double deviation = std::sqrt(kSize * rate * (1 - rate));
    EXPECT_NEAR(static_cast<double>(places.size()), kSize * rate, 5 * deviation);
    std::int64_t first_half = 0;
    std::int64_t neighbours = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      first_half += places[i] < kSize / 2 ? 1 : 0;
      if (i == 0) continue;
      EXPECT_GT(places[i], places[i - 1]);
      neighbours += places[i] == places[i - 1] + 1 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(first_half), kSize * rate / 2, 5 * deviation);
    EXPECT_NEAR(static_cast<double>(neighbours), kSize * rate * rate, 6 * std::sqrt(kSize * rate * rate) + 1);
    EXPECT_LT(places.back(), kSize);
  }
  EXPECT_EQ(draw_places({"places"}, 3, 1), (std::vector<std::int64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace exitaudit::measure_boundary
