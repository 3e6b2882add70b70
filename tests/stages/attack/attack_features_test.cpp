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

// Specification 5, "who sees what": each view has room for what its row of the table allows, and for nothing else.
template <class View>
concept HasScores = requires(View v) {
  v.scores;
};
template <class View>
concept HasLabel = requires(View v) {
  v.label;
};
template <class View>
concept HasInside = requires(View v) {
  v.residual;
}
|| requires(View v) {
  v.feature;
}
|| requires(View v) {
  v.loss;
};
template <class View>
concept HasExit = requires(View v) {
  v.exit;
};
template <class View>
concept HasTruth = requires(View v) {
  v.member;
}
|| requires(View v) {
  v.index;
}
|| requires(View v) {
  v.prediction;
}
|| requires(View v) {
  v.confidence;
}
|| requires(View v) {
  v.exit_taken;
};

static_assert(HasScores<ScoreView> && !HasLabel<ScoreView> && !HasInside<ScoreView> && HasExit<ScoreView> &&
              !HasTruth<ScoreView>);
static_assert(HasScores<WhiteBoxView> && HasLabel<WhiteBoxView> && HasInside<WhiteBoxView> && HasExit<WhiteBoxView> &&
              !HasTruth<WhiteBoxView>);
static_assert(!HasScores<ExitView> && !HasLabel<ExitView> && !HasInside<ExitView> && HasExit<ExitView> &&
              !HasTruth<ExitView>);

/// The same recording with one field of it changed.
struct HiddenField {
  const char* name;
  void (*change)(schema::Observations&);
  bool seen_inside;  ///< the gradient-based adversary sees it
};

const HiddenField kHiddenFromScores[] = {
    {"label",
     [](schema::Observations& o) {
       for (auto& x : o.label) x = (x + 1) % 10;
     },
     true},
    {"loss",
     [](schema::Observations& o) {
       for (auto& x : o.loss) x += 9;
     },
     true},
    {"feature",
     [](schema::Observations& o) {
       for (auto& x : o.feature) x += 9;
     },
     true},
    {"member",
     [](schema::Observations& o) {
       for (auto& x : o.member) x ^= 1U;
     },
     false},
    {"prediction",
     [](schema::Observations& o) {
       for (auto& x : o.prediction) x = (x + 1) % 10;
     },
     false},
    {"confidence",
     [](schema::Observations& o) {
       for (auto& x : o.confidence) x = 0.9F;
     },
     false},
    {"index",
     [](schema::Observations& o) {
       for (auto& x : o.index) x += 1000;
     },
     false},
    {"tau", [](schema::Observations& o) { o.tau = 0.1; }, false},
};

bool equal(const WhiteBoxView& a, const WhiteBoxView& b) {
  return a.scores == b.scores && a.residual == b.residual && a.feature == b.feature && a.loss == b.loss &&
         a.label == b.label && a.exit.exit == b.exit.exit;
}

TEST(WhoSeesWhat, KeepsFromEachAdversaryWhatItsRowOfTheTableKeeps) {
  const schema::Observations before = test::fake_observations({});
  for (const HiddenField& field : kHiddenFromScores) {
    schema::Observations after = before;
    field.change(after);
    EXPECT_EQ(see_scores(before, ScoreInput::kSorted).scores, see_scores(after, ScoreInput::kSorted).scores)
        << field.name;
    EXPECT_EQ(see_exits(before).exit, see_exits(after).exit) << field.name;
    const bool inside_as_before =
        equal(see_inside(before, LabelInput::kTrueOneHot), see_inside(after, LabelInput::kTrueOneHot));
    EXPECT_EQ(inside_as_before, !field.seen_inside) << field.name;
  }
}

TEST(WhoSeesWhat, ShowsTheExitOnlyToThoseWhoAreToldIt) {
  const schema::Observations before = test::fake_observations({.exits = 3});
  schema::Observations after = before;
  for (auto& exit : after.exit_taken) exit = (exit + 1) % 3;
  EXPECT_EQ(see_scores(before, ScoreInput::kTop3).scores, see_scores(after, ScoreInput::kTop3).scores);
  EXPECT_FALSE(see_scores(before, ScoreInput::kTop3).sees_exit());
  EXPECT_EQ(see_inside(before, LabelInput::kTrueOneHot).exit.exits, 0);
  EXPECT_NE(see_exits(before).exit, see_exits(after).exit);
}

TEST(WhiteBoxView, TellsTheTrueClassOrWhetherTheAnswerIsRight) {
  schema::Observations o = one_sample({0, std::log(3.F)});
  o.exits = 2;
  o.exit_taken = {1};
  o.loss = {7, 8};
  o.label = {1};
  o.prediction = {0, 1};
  const WhiteBoxView by_class = see_inside(o, LabelInput::kTrueOneHot);
  EXPECT_EQ(by_class.label_width, 2);
  EXPECT_EQ(by_class.label, (std::vector<std::int32_t>{1}));
  EXPECT_EQ(by_class.loss, (std::vector<float>{8}));  // of the exit that answered
  EXPECT_FLOAT_EQ(by_class.residual[0], 0.25F);
  EXPECT_FLOAT_EQ(by_class.residual[1], -0.25F);
  EXPECT_EQ(see_inside(o, LabelInput::kCorrect2).label, (std::vector<std::int32_t>{1}));
  o.exit_taken = {0};
  EXPECT_EQ(see_inside(o, LabelInput::kCorrect2).label, (std::vector<std::int32_t>{0}));
}

schema::StolenExits stolen() {
  return {.method = "test",
          .exits = 3,
          .estimated_exits = 3,
          .index = {30, 10, 20},
          .exit = {2, 0, 1},
          .confusion = {},
          .measurements = {},
          .grid = {},
          .density = {},
          .valleys = {}};
}

TEST(JoinExits, GoesBySampleAndNotByPosition) {
  const ExitView view = join_exits(stolen(), "steal_exits/x", {10, 20, 30, 10});
  EXPECT_EQ(view.exits, 3);
  EXPECT_EQ(view.exit, (std::vector<std::int32_t>{0, 1, 2, 0}));
}

TEST(JoinExits, NamesTheSampleThatIsMissing) {
  const std::string message = test::message_of([&] { join_exits(stolen(), "steal_exits/x", {10, 11}); });
  EXPECT_NE(message.find("steal_exits/x says nothing of the target's sample 11"), std::string::npos) << message;
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
