#include "stages/schema/observations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Observations small_observations() {
  return {.exits = 2,
          .classes = 3,
          .features = 1,
          .tau = 0.9,
          .checked_twice = 2,
          .index = {40, 7},
          .member = {1, 0},
          .label = {2, 0},
          .exit_taken = {0, 1},
          .prediction = {2, 2, 1, 0},
          .confidence = {0.9F, 0.95F, 0.4F, 0.6F},
          .loss = {0.1F, 0.05F, 1.5F, 0.5F},
          .logits = {0, 1, 5, 3, 2, 1},
          .feature = {0.5F, -0.5F}};
}

TEST(Observations, ComeBack) {
  const Observations observations = small_observations();
  const Observations read = read_observations(Stored(observations).open());
  EXPECT_EQ(read.exits, 2);
  EXPECT_EQ(read.classes, 3);
  EXPECT_EQ(read.features, 1);
  EXPECT_EQ(read.tau, 0.9);
  EXPECT_EQ(read.checked_twice, 2);
  EXPECT_EQ(read.index, observations.index);
  EXPECT_EQ(read.member, observations.member);
  EXPECT_EQ(read.label, observations.label);
  EXPECT_EQ(read.exit_taken, observations.exit_taken);
  EXPECT_EQ(read.prediction, observations.prediction);
  EXPECT_EQ(read.confidence, observations.confidence);
  EXPECT_EQ(read.loss, observations.loss);
  EXPECT_EQ(read.logits, observations.logits);
  EXPECT_EQ(read.feature, observations.feature);
}

TEST(Observations, MayBeNone) {
  Observations none;
  none.exits = 2;
  none.classes = 3;
  none.features = 4;
  EXPECT_EQ(read_observations(Stored(none).open()).count(), 0);
}

TEST(Observations, MayHoldTheAnswersAlone) {
  Observations recording = small_observations();
  recording.answers_only = true;
  recording.features = 0;
  recording.feature.clear();
  recording.prediction = {2, 0};
  recording.confidence = {0.9F, 0.6F};
  recording.loss = {0.1F, 0.5F};
  const Observations read = read_observations(Stored(recording).open());
  EXPECT_TRUE(read.answers_only);
  EXPECT_EQ(read.exits, 2);
  EXPECT_EQ(read.seen(), 1);
  EXPECT_EQ(read.loss, recording.loss);
  EXPECT_EQ(read.answer(1), 1U);
  recording.prediction.push_back(0);
  EXPECT_EQ(complaint(recording), "observations: prediction has 3 values where 2 are expected");
}

TEST(Observations, TellWhereTheAnswerOfASampleIs) {
  EXPECT_FALSE(read_observations(Stored(small_observations()).open()).answers_only);
  EXPECT_EQ(small_observations().answer(0), 0U);
  EXPECT_EQ(small_observations().answer(1), 3U);
}

TEST(Observations, NameTheSampleThatDoesNotFit) {
  Observations observations = small_observations();
  observations.loss[3] = std::nanf("");
  EXPECT_EQ(complaint(observations), "observations: loss of sample 7 (row 1) is not a number");
  observations = small_observations();
  observations.logits[2] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(complaint(observations), "observations: logits of sample 40 (row 0) is infinite");
  observations = small_observations();
  observations.exit_taken[0] = 2;
  EXPECT_EQ(complaint(observations), "observations: exit_taken of sample 40 (row 0) is 2; 0 to 1 are possible");
  observations = small_observations();
  observations.prediction[2] = -1;
  EXPECT_EQ(complaint(observations), "observations: prediction of sample 7 (row 1) is -1; 0 to 2 are possible");
  observations = small_observations();
  observations.index[1] = 40;
  EXPECT_EQ(complaint(observations), "observations: sample 40 is there twice");
  observations = small_observations();
  observations.member[1] = 2;
  EXPECT_EQ(complaint(observations), "observations: member of sample 7 (row 1) is 2, neither 0 nor 1");
  observations = small_observations();
  observations.confidence.pop_back();
  EXPECT_EQ(complaint(observations), "observations: confidence has 3 values where 4 are expected");
}

TEST(Observations, AreCheckedBeforeAnythingIsWritten) {
  const test::TempDir folder;
  Observations observations = small_observations();
  observations.label[0] = 3;
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  EXPECT_THROW(write(writer, observations), Error);
}

}  // namespace
}  // namespace exitaudit::schema
