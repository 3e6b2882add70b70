#include "stages/attack/attack_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/fake_observations.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::attack {
namespace {

schema::Observations one_sample(std::vector<float> logits) {
  schema::Observations o;
  o.classes = static_cast<std::int64_t>(logits.size());
  o.index = {42};
  o.logits = std::move(logits);
  o.exit_taken = {0};
  return o;
}

TEST(ScoreView, HoldsTheThreeLargestProbabilitiesInFallingOrder) {
  const ScoreView view = see_scores(one_sample({0, std::log(4.F), std::log(2.F), std::log(3.F)}), ScoreInput::kTop3);
  ASSERT_EQ(view.count(), 1);
  EXPECT_FLOAT_EQ(view.scores[0], 0.4F);
  EXPECT_FLOAT_EQ(view.scores[1], 0.3F);
  EXPECT_FLOAT_EQ(view.scores[2], 0.2F);
}

TEST(ScoreView, HoldsTheWholeSortedVectorOnRequest) {
  const ScoreView view = see_scores(one_sample({0, std::log(4.F), std::log(2.F), std::log(3.F)}), ScoreInput::kSorted);
  ASSERT_EQ(view.width, 4);
  EXPECT_FLOAT_EQ(view.scores[3], 0.1F);
}

TEST(ScoreView, FillsUpWithZerosForTwoClasses) {
  const ScoreView view = see_scores(one_sample({0, 0}), ScoreInput::kTop3);
  EXPECT_EQ(view.scores, (std::vector<float>{0.5F, 0.5F, 0}));
}

TEST(ScoreView, SurvivesHugeLogits) {
  const ScoreView view = see_scores(one_sample({1e30F, -1e30F, 0}), ScoreInput::kTop3);
  EXPECT_EQ(view.scores, (std::vector<float>{1, 0, 0}));
}

TEST(ScoreView, NamesTheSampleWhoseScoreIsNotANumber) {
  const auto bad = one_sample({0, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_NE(test::message_of([&] { see_scores(bad, ScoreInput::kTop3); }).find("sample 42"), std::string::npos);
}

// Specification 5: the score-based adversary sees the score vector, and neither labels nor the model's inside.
TEST(ScoreView, DoesNotDependOnLabelsLossesFeaturesOrMembership) {
  const schema::Observations before = test::fake_observations({});
  schema::Observations after = before;
  for (auto& label : after.label) label = 0;
  for (auto& member : after.member) member = 1;
  for (auto& loss : after.loss) loss = 9;
  for (auto& feature : after.feature) feature = 9;
  for (auto& prediction : after.prediction) prediction = 9;
  for (auto& confidence : after.confidence) confidence = 9;
  for (auto& exit : after.exit_taken) exit = 0;
  for (auto& index : after.index) index += 1000;
  EXPECT_EQ(see_scores(before, ScoreInput::kSorted).scores, see_scores(after, ScoreInput::kSorted).scores);
  EXPECT_FALSE(see_scores(after, ScoreInput::kSorted).sees_exit());
}

TEST(ExitView, HoldsTheExitTakenAndNothingElse) {
  const schema::Observations observations = test::fake_observations({.exits = 4});
  EXPECT_EQ(see_exits(observations).exit, observations.exit_taken);
  EXPECT_EQ(see_exits(observations).exits, 4);
}

TEST(ExitView, NamesTheSampleWhoseExitIsOutOfRange) {
  schema::Observations observations = test::fake_observations({.exits = 2});
  observations.exit_taken[7] = 2;
  EXPECT_NE(test::message_of([&] { see_exits(observations); }).find("sample 7: exit 2"), std::string::npos);
}

}  // namespace
}  // namespace exitaudit::attack
