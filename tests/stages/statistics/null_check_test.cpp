#include "stages/statistics/null_check.h"

#include <gtest/gtest.h>

#include <cmath>

namespace exitaudit::statistics {
namespace {

std::vector<std::uint8_t> alternating(std::size_t size, std::size_t ones_first) {
  std::vector<std::uint8_t> flags(size, 0);
  for (std::size_t i = 0; i < ones_first; ++i) flags[i] = 1;
  return flags;
}

TEST(NullCheck, PermutedMembersOfAPerfectAttackGiveChance) {
  const auto members = alternating(1000, 500);
  const auto found = check_null(members, members, 20, "x");
  ASSERT_EQ(found.size(), 21U);
  double mean = 0;
  for (std::size_t k = 0; k < 20; ++k) {
    EXPECT_LE(found[k].low, 0.5);
    EXPECT_GE(found[k].high, 0.5);
    mean += found[k].value / 20;
  }
  EXPECT_NEAR(mean, 0.5, 4 / std::sqrt(1000.0 * 20));
  EXPECT_EQ(found.back().metric, "null_within");
  EXPECT_EQ(found.back().value, 1);
}

TEST(NullCheck, PermutationsDiffer) {
  const auto members = alternating(1000, 500);
  const auto found = check_null(members, members, 2, "x");
  EXPECT_NE(found[0].value, found[1].value);
}

TEST(NullCheck, ExpectsTheChanceOfUnequalNumbers) {
  const auto members = alternating(1000, 900);
  const auto found = check_null(alternating(1000, 950), members, 5, "x");
  EXPECT_EQ(found.back().value, 1);
  EXPECT_NEAR(found[0].value, 0.95 * 0.9 + 0.05 * 0.1, 0.02);
}

TEST(NullCheck, IsLeftOutForNoPermutations) {
  const auto members = alternating(10, 5);
  EXPECT_TRUE(check_null(members, members, 0, "x").empty());
}

}  // namespace
}  // namespace exitaudit::statistics
