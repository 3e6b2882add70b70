#include "stages/characterize/answer_quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stages/statistics/intervals.h"
#include "tests/stages/characterize/measured.h"

namespace exitaudit::characterize {
namespace {

/// Six samples of class 1 at three exits; predictions row by row.
schema::Observations observations() {
  schema::Observations o;
  o.exits = 3;
  o.classes = 3;
  o.index = {0, 1, 2, 3, 4, 5};
  o.member = {1, 1, 0, 0, 0, 0};
  o.label = {1, 1, 1, 1, 1, 1};
  o.exit_taken = {0, 2, 2, 2, 0, 2};
  o.prediction = {1, 1, 1,   // member: right from the start
                  0, 0, 1,   // member: right only at the end
                  1, 0, 0,   // right at first, wrong in the end
                  0, 1, 1,   // right before the end
                  0, 2, 0,   // never right
                  2, 1, 0};  // right in the middle, wrong in the end
  o.confidence.assign(18, 0.8F);
  o.loss.assign(18, 1);
  return o;
}

TEST(Overthinking, IsCountedAsShallowDeepNetworksDefineIt) {
  const auto rows = overthinking(observations());
  const schema::Measurement wasteful = measured(rows, "all", "overthinking_wasteful_non_members");
  const schema::Measurement destructive = measured(rows, "all", "overthinking_destructive_non_members");
  EXPECT_DOUBLE_EQ(wasteful.value, 0.25);
  EXPECT_DOUBLE_EQ(destructive.value, 0.5);
  EXPECT_EQ(destructive.n, 4);
  EXPECT_DOUBLE_EQ(destructive.high, statistics::clopper_pearson(2, 4).high);
  EXPECT_DOUBLE_EQ(measured(rows, "all", "overthinking_wasteful_members").value, 0.5);
  EXPECT_DOUBLE_EQ(measured(rows, "all", "overthinking_destructive_members").value, 0);
}

TEST(Overthinking, DoesNotExistWithOneExitOrWhereOnlyAnswersAreKnown) {
  schema::Observations vanilla = observations();
  vanilla.exits = 1;
  EXPECT_TRUE(overthinking(vanilla).empty());
  schema::Observations recording = observations();
  recording.answers_only = true;
  EXPECT_TRUE(overthinking(recording).empty());
}

TEST(NonMemberShares, AreCountedPerExitAndMarkEmptyOnes) {
  const auto rows = non_member_shares(observations());
  EXPECT_DOUBLE_EQ(measured(rows, "exit=0", "non_member_share").value, 0.5);
  EXPECT_TRUE(std::isnan(measured(rows, "exit=1", "non_member_share").value));
  EXPECT_EQ(measured(rows, "exit=1", "non_member_share").n, 0);
  EXPECT_DOUBLE_EQ(measured(rows, "exit=2", "non_member_share").value, 0.75);
  EXPECT_EQ(measured(rows, "exit=2", "non_member_share").n, 4);
}

TEST(CalibrationErrors, AreOfTheAnswersAndOfEachExitAloneOnEitherSide) {
  const auto rows = calibration_errors(observations());
  // Answers to non-members: wrong, right, wrong, wrong; all with confidence .8.
  EXPECT_NEAR(measured(rows, "all", "calibration_error_non_members").value, 0.55, 1e-6);
  EXPECT_EQ(measured(rows, "all", "calibration_error_non_members").n, 4);
  EXPECT_NEAR(measured(rows, "all", "calibration_error_members").value, 0.2, 1e-6);
  // Exit 1 says 0, 1, 2, 1 to the four non-members.
  EXPECT_NEAR(measured(rows, "exit=1", "calibration_error_non_members").value, 0.3, 1e-6);
}

TEST(CalibrationErrors, LeaveExitsOutWhereOnlyAnswersAreKnown) {
  schema::Observations recording = observations();
  recording.answers_only = true;
  recording.prediction = {1, 1, 0, 1, 0, 0};
  recording.confidence.assign(6, 0.8F);
  const auto rows = calibration_errors(recording);
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_NEAR(measured(rows, "all", "calibration_error_non_members").value, 0.55, 1e-6);
}

}  // namespace
}  // namespace exitaudit::characterize
