#include "stages/steal_exits/paper_recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace exitaudit::steal_exits {
namespace {

using testing::ElementsAre;

/// Worked by hand: max 4.4, so that the grid is 0, 0.1, …, 4.9. Between two equal spikes of one sample each at 1.04 and
/// 1.96 the log-density falls up to their middle, 1.5, which is a point; between 1.96 and 4.4 it falls up to 3.18,
/// whose nearest point, 3.2, is the lowest (3.1 is further from the middle). No other point is below both neighbours.
const std::vector<double> kThree{1.96, 4.4, 1.04};

TEST(PaperRecipe, FindsTheLowestPointsOfItsGrid) {
  const ExitBorders borders = draw_paper_borders(kThree, 3, 0.15);
  ASSERT_EQ(borders.grid.size(), 50U);
  EXPECT_EQ(borders.grid[0], 0);
  EXPECT_DOUBLE_EQ(borders.grid[49], 4.9);
  ASSERT_EQ(borders.valleys.size(), 2U);
  EXPECT_DOUBLE_EQ(borders.valleys[0], 1.5);
  EXPECT_DOUBLE_EQ(borders.valleys[1], 3.2);
  EXPECT_EQ(borders.estimated_exits, 3);
  EXPECT_THAT(tell_exits(borders, std::vector<double>{0.2, 1.49, 1.51, 3.19, 3.21, 9}), ElementsAre(0, 0, 1, 1, 2, 2));
}

TEST(PaperRecipe, IsADensityOfNormals) {
  // At 1.0: of 1.04 alone, the next is six bandwidths off and adds 1e-9 of it.
  const ExitBorders borders = draw_paper_borders(kThree, 3, 0.15);
  const double z = 0.04 / 0.15;
  EXPECT_NEAR(borders.density[10], std::exp(-z * z / 2) / (3 * 0.15 * std::sqrt(2 * std::numbers::pi)), 1e-8);
}

TEST(PaperRecipe, KeepsTheFirstAndNotTheDeepestValleys) {
  const ExitBorders borders = draw_paper_borders(kThree, 2, 0.15);
  EXPECT_THAT(borders.valleys, ElementsAre(testing::DoubleEq(1.5)));
  EXPECT_EQ(borders.estimated_exits, 3);
  EXPECT_THAT(borders.exits, ElementsAre(0, 1));
}

TEST(PaperRecipe, SeesValleysWhereTheDensityItselfIsNothing) {
  // 2.5 ms from either sample with a bandwidth of 0.01 ms, the density is exp(-31250).
  const ExitBorders borders = draw_paper_borders(std::vector<double>{1, 6}, 2, 0.01);
  ASSERT_EQ(borders.valleys.size(), 1U);
  EXPECT_NEAR(borders.valleys[0], 3.5, 6.5 / 49 / 2);
}

TEST(PaperRecipe, TakesEverySampleForTheFirstExitWhereItSeesNoValley) {
  // Exits a tenth of a millisecond apart, as a small network's are: 0.15 ms cannot part them.
  const ExitBorders borders = draw_paper_borders(std::vector<double>{1, 1, 1.1, 1.1}, 2, 0.15);
  EXPECT_TRUE(borders.valleys.empty());
  EXPECT_EQ(borders.estimated_exits, 1);
  EXPECT_THAT(tell_exits(borders, std::vector<double>{1, 1.1}), ElementsAre(0, 0));
}

}  // namespace
}  // namespace exitaudit::steal_exits
