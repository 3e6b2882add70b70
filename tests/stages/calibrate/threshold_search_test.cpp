#include "stages/calibrate/threshold_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/random.h"
#include "pipeline/config/config_slice.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::calibrate {
namespace {

ExitAnswers random_answers(std::int64_t samples, std::int64_t exits, RandomStream& random) {
  ExitAnswers answers{.exits = exits, .confidence = {}, .correct = {}};
  for (std::int64_t i = 0; i < samples * exits; ++i) {
    answers.confidence.push_back(static_cast<float>(random.below(40)) / 40);
    answers.correct.push_back(static_cast<std::uint8_t>(random.below(2)));
  }
  return answers;
}

/// A point, sample by sample and from the definition.
schema::ThresholdPoint slow_point(double tau, const ExitAnswers& answers, const ExitOperations& operations) {
  schema::ThresholdPoint point{.tau = tau,
                               .exit_counts = std::vector<std::int64_t>(static_cast<std::size_t>(answers.exits))};
  for (std::int64_t i = 0; i < answers.count(); ++i) {
    for (std::int64_t e = 0; e < answers.exits; ++e) {
      const auto at = static_cast<std::size_t>(i * answers.exits + e);
      if (e < answers.exits - 1 && answers.confidence[at] < tau) continue;
      point.accuracy += answers.correct[at];
      point.ops_official += operations.official[static_cast<std::size_t>(e)];
      point.ops_corrected += operations.corrected[static_cast<std::size_t>(e)];
      ++point.exit_counts[static_cast<std::size_t>(e)];
      break;
    }
  }
  const auto n = static_cast<double>(answers.count());
  point.accuracy /= n;
  point.ops_official /= n;
  point.ops_corrected /= n;
  return point;
}

/// Whether no other point of the grid should have been chosen instead, by the rule's own words.
void expect_best(const schema::Thresholds& found, double tolerance) {
  const schema::ThresholdPoint& chosen = found.grid[static_cast<std::size_t>(found.chosen)];
  for (const schema::ThresholdPoint& other : found.grid) {
    const bool feasible = other.accuracy >= found.vanilla_accuracy - tolerance - 1e-9;
    if (found.feasible) {
      if (!feasible) continue;
      EXPECT_GE(other.ops_corrected, chosen.ops_corrected);
      if (other.ops_corrected == chosen.ops_corrected) {
        EXPECT_LE(other.tau, chosen.tau);
      }
    } else {
      EXPECT_FALSE(feasible);
      EXPECT_LE(other.accuracy, chosen.accuracy);
      if (other.accuracy == chosen.accuracy) {
        EXPECT_GE(other.ops_corrected, chosen.ops_corrected);
      }
    }
  }
}

TEST(ThresholdSearch, AgreesWithBruteForce) {
  RandomStream random = stream("threshold_search_test");
  int feasible = 0;
  for (int round = 0; round < 200; ++round) {
    const auto exits = static_cast<std::int64_t>(1 + random.below(6));
    const ExitAnswers answers = random_answers(20, exits, random);
    ExitOperations operations;
    for (std::int64_t e = 0; e < exits; ++e) {
      operations.official.push_back(random.uniform());
      operations.corrected.push_back(static_cast<double>(random.below(4)));
    }
    const VanillaFigures vanilla{.accuracy = 0.3 + 0.4 * random.uniform(), .ops_official = 1, .ops_corrected = 2};
    const schema::Thresholds found = search_thresholds(answers, operations, vanilla, {.tolerance = 0.05});
    for (const schema::ThresholdPoint& point : found.grid) {
      const schema::ThresholdPoint slow = slow_point(point.tau, answers, operations);
      EXPECT_EQ(point.exit_counts, slow.exit_counts);
      EXPECT_NEAR(point.accuracy, slow.accuracy, 1e-12);
      EXPECT_NEAR(point.ops_official, slow.ops_official, 1e-9);
      EXPECT_NEAR(point.ops_corrected, slow.ops_corrected, 1e-9);
    }
    expect_best(found, 0.05);
    feasible += found.feasible ? 1 : 0;
  }
  EXPECT_GT(feasible, 20);
  EXPECT_LT(feasible, 180);
}

TEST(ThresholdSearch, FlagsWhereNothingIsCheaperThanVanilla) {
  const ExitAnswers answers{.exits = 2, .confidence = {0.9F, 0.9F}, .correct = {0, 1}};
  const ExitOperations operations{.official = {1, 3}, .corrected = {1, 3}};
  const VanillaFigures vanilla{.accuracy = 1, .ops_official = 2, .ops_corrected = 2};
  const schema::Thresholds found = search_thresholds(answers, operations, vanilla, {});
  EXPECT_TRUE(found.feasible);
  EXPECT_FALSE(found.cheaper);
  EXPECT_EQ(found.tau, 1);  // of equally dear ones the largest
}

TEST(ThresholdSearch, HasNothingToChooseForVanilla) {
  const ExitAnswers answers{.exits = 1, .confidence = {0.1F, 0.9F}, .correct = {0, 1}};
  const schema::Thresholds found = search_thresholds(answers, {.official = {2}, .corrected = {2}},
                                                     {.accuracy = 0.5, .ops_official = 2, .ops_corrected = 2}, {});
  EXPECT_EQ(found.tau, 1);
  EXPECT_TRUE(found.feasible);
  EXPECT_TRUE(found.cheaper);
  EXPECT_EQ(found.grid.size(), 21U);
}

TEST(ThresholdSearch, CountsTheToleranceInSamples) {
  // 199 of 200 against 200 of 200 is exactly half a point.
  ExitAnswers answers{.exits = 2, .confidence = {}, .correct = {}};
  for (int i = 0; i < 200; ++i) {
    answers.confidence.insert(answers.confidence.end(), {0.5F, 0.5F});
    answers.correct.insert(answers.correct.end(), {static_cast<std::uint8_t>(i == 0 ? 0 : 1), 1});
  }
  const VanillaFigures vanilla{.accuracy = 1, .ops_official = 2, .ops_corrected = 2};
  const schema::Thresholds found = search_thresholds(answers, {.official = {1, 2}, .corrected = {1, 2}}, vanilla, {});
  EXPECT_EQ(found.tau, 0.5);
}

TEST(ThresholdSearch, FindsTheThresholdWhoseExitsAreUsedMostEvenlyWhereAsked) {
  // Six samples, confident at their first exit to 0.1, 0.3, 0.5, …: at tau 0.5 two leave last, at 0.6 three do.
  ExitAnswers answers{.exits = 2, .confidence = {}, .correct = {}};
  for (const float confidence : {0.1F, 0.3F, 0.5F, 0.7F, 0.9F, 0.95F}) {
    answers.confidence.insert(answers.confidence.end(), {confidence, 1.0F});
    answers.correct.insert(answers.correct.end(), {0, 1});
  }
  const CalibrateOptions options{.rule = ThresholdRule::kEven, .tau_grid = {0, 0.2, 0.5, 0.6, 0.65, 0.8, 1}};
  const VanillaFigures vanilla{.accuracy = 1, .ops_official = 2, .ops_corrected = 2};
  const schema::Thresholds found =
      search_thresholds(answers, {.official = {1, 2}, .corrected = {1, 2}}, vanilla, options);
  EXPECT_EQ(found.tau, 0.65);  // as even as 0.6, and larger
  EXPECT_EQ(found.grid[static_cast<std::size_t>(found.chosen)].exit_counts, (std::vector<std::int64_t>{3, 3}));
  EXPECT_FALSE(found.feasible);  // half of the answers are wrong
}

TEST(ThresholdSearch, RefusesAnEmptyGridAndNoSamples) {
  const ExitAnswers none{.exits = 1, .confidence = {}, .correct = {}};
  EXPECT_THAT(test::message_of([&] { search_thresholds(none, {}, {}, {}); }),
              testing::HasSubstr("no calibration samples"));
  EXPECT_THAT(test::message_of([&] { search_thresholds(none, {}, {}, {.tau_grid = {}}); }),
              testing::HasSubstr("calibrate.tau_grid is empty"));
}

TEST(AccuracyPerExit, LetsEachExitAnswerAll) {
  const ExitAnswers answers{.exits = 2, .confidence = {0, 0, 0, 0}, .correct = {1, 0, 1, 1}};
  EXPECT_THAT(accuracy_per_exit(answers), testing::ElementsAre(1, 0.5));
}

TEST(CalibrateOptions, TryTwentyOneThresholds) {
  const std::vector<double> grid = CalibrateOptions{}.tau_grid;
  ASSERT_EQ(grid.size(), 21U);
  EXPECT_EQ(grid.front(), 0);
  EXPECT_EQ(grid[3], 0.15);
  EXPECT_EQ(grid.back(), 1);
  EXPECT_EQ(read_slice<CalibrateJob>(make_slice(CalibrateJob{})).calibrate.tau_grid, grid);
}

}  // namespace
}  // namespace exitaudit::calibrate
