#include "stages/attack/mlp_attack.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "pipeline/base/random.h"
#include "stages/attack/attack_stage.h"
#include "stages/statistics/intervals.h"
#include "stages/statistics/roc.h"
#include "tests/support/fake_observations.h"

namespace exitaudit::attack {
namespace {

const std::vector<std::string> kNames{"test"};

MlpTraining training_of(const AttackOptions& options, AttackKind kind) {
  AttackJob job;
  job.row.kind = kind;
  job.attack = options;
  resolve(job);
  return {.recipe = recipe_of(job.attack), .names = kNames};
}

std::vector<double> attack(const schema::Observations& shadow, const schema::Observations& target,
                           const AttackOptions& options, bool hybrid = false) {
  at::set_num_threads(1);
  const auto view = [&](const schema::Observations& o) {
    return hybrid ? see_scores(o, options.score_input, see_exits(o)) : see_scores(o, options.score_input);
  };
  return score_attack({view(shadow), shadow.member}, view(target), training_of(options, AttackKind::kScore));
}

std::vector<double> attack_inside(const schema::Observations& shadow, const schema::Observations& target,
                                  const AttackOptions& options, bool hybrid = false) {
  at::set_num_threads(1);
  const auto view = [&](const schema::Observations& o) {
    return see_inside(o, options.label_input, hybrid ? see_exits(o) : ExitView{});
  };
  return gradient_attack({view(shadow), shadow.member}, view(target), options.gradient_bias,
                         training_of(options, AttackKind::kGradient));
}

std::int64_t right(const schema::Observations& target, const std::vector<double>& scores) {
  const schema::Verdicts verdicts = judge(target, scores, {});
  std::int64_t count = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) count += verdicts.decision[i] == verdicts.member[i] ? 1 : 0;
  return count;
}

double area(const schema::Observations& target, const std::vector<double>& scores) {
  return statistics::auc(statistics::make_roc(scores, target.member));
}

TEST(ScoreAttack, FindsAPlantedLeak) {
  const auto shadow = test::fake_observations({.seed = 1, .leak = 5});
  const auto target = test::fake_observations({.seed = 2, .leak = 5});
  EXPECT_GT(area(target, attack(shadow, target, {.epochs = 30})), 0.95);
  EXPECT_GT(area(target, attack(shadow, target, {.score_input = ScoreInput::kSorted}, true)), 0.95);
  EXPECT_GT(area(target, attack(shadow, target, {.selection = Selection::kShadowHoldout, .epochs = 30})), 0.95);
}

TEST(ScoreAttack, FindsNothingInAModelThatWasTrainedOnNothing) {
  const auto shadow = test::fake_observations({.seed = 1});
  const auto target = test::fake_observations({.seed = 2});
  for (const bool hybrid : {false, true}) {
    const std::int64_t hits = right(target, attack(shadow, target, {.epochs = 20}, hybrid));
    EXPECT_TRUE(statistics::clopper_pearson(hits, target.count(), 0.999).contains(0.5)) << hits;
  }
}

// A falsely taught attack still parts a leaking target's samples, only in a random direction, so each permutation of
// the shadow is judged against one of the target too.
TEST(ScoreAttack, SucceedsAsChanceDoesOnPermutedMembers) {
  constexpr std::int64_t kPermutations = 20;
  const auto shadow = test::fake_observations({.seed = 1, .members = 150, .non_members = 150, .leak = 5});
  const auto target = test::fake_observations({.seed = 2, .members = 150, .non_members = 150, .leak = 5});
  const auto permuted = [](schema::Observations o, const char* role, std::int64_t k) {
    const auto before = o.member;
    const auto order = stream("permutation", role, k).permutation(o.count());
    for (std::size_t i = 0; i < before.size(); ++i) o.member[i] = before[static_cast<std::size_t>(order[i])];
    return o;
  };
  for (std::int64_t k = 0; k < kPermutations; ++k) {
    const auto false_target = permuted(target, "target", k);
    const std::int64_t hits =
        right(false_target, attack(permuted(shadow, "shadow", k), false_target, {.epochs = 10, .batch_size = 64}));
    const double confidence = statistics::sidak(0.999, kPermutations);
    EXPECT_TRUE(statistics::clopper_pearson(hits, target.count(), confidence).contains(0.5)) << k << ": " << hits;
  }
}

TEST(ScoreAttack, HybridFindsALeakThatOnlyTheExitShows) {
  auto shadow = test::fake_observations({.seed = 1, .exits = 2});
  auto target = test::fake_observations({.seed = 2, .exits = 2});
  for (auto* o : {&shadow, &target})
    for (std::size_t i = 0; i < o->member.size(); ++i) o->exit_taken[i] = o->member[i];
  EXPECT_GT(area(target, attack(shadow, target, {.epochs = 20}, true)), 0.99);
  EXPECT_LT(area(target, attack(shadow, target, {.epochs = 20}, false)), 0.6);
}

TEST(ScoreAttack, DoesNotChangeWithTheTargetsLabelsOrMembership) {
  const auto shadow = test::fake_observations({.seed = 1, .leak = 2});
  const auto target = test::fake_observations({.seed = 2, .leak = 2});
  auto relabelled = target;
  for (auto& label : relabelled.label) label = 0;
  for (auto& member : relabelled.member) member ^= 1U;
  EXPECT_EQ(attack(shadow, target, {.epochs = 2}, true), attack(shadow, relabelled, {.epochs = 2}, true));
}

TEST(ScoreAttack, GivesTheSameScoresBitForBit) {
  const auto shadow = test::fake_observations({.seed = 1, .leak = 1});
  const auto target = test::fake_observations({.seed = 2, .leak = 1});
  const auto first = attack(shadow, target, {.epochs = 3}, true);
  torch::manual_seed(99);  // streams are named, so the global generator does not matter
  EXPECT_EQ(first, attack(shadow, target, {.epochs = 3}, true));
}

/// Losses as the logits give them, so that a leak in the logits is one in the losses too.
schema::Observations with_losses(schema::Observations o) {
  const auto width = static_cast<std::size_t>(o.classes);
  for (std::size_t i = 0; i < o.index.size(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < width; ++c) sum += std::exp(o.logits[i * width + c]);
    const auto at = i * static_cast<std::size_t>(o.exits) + static_cast<std::size_t>(o.exit_taken[i]);
    const auto truth = i * width + static_cast<std::size_t>(o.label[i]);
    o.loss[at] = static_cast<float>(std::log(sum) - o.logits[truth]);
  }
  return o;
}

/// Few samples in many small steps: its six layers of dropout learn slowly.
AttackOptions many_steps() {
  return {.epochs = 25, .batch_size = 16, .learning_rate = 0.02};
}

TEST(GradientAttack, FindsAPlantedLeak) {
  const auto shadow = with_losses(test::fake_observations({.seed = 1, .members = 200, .non_members = 200, .leak = 5}));
  const auto target = with_losses(test::fake_observations({.seed = 2, .members = 200, .non_members = 200, .leak = 5}));
  EXPECT_GT(area(target, attack_inside(shadow, target, many_steps())), 0.95);
  AttackOptions other = many_steps();
  other.label_input = LabelInput::kCorrect2;
  other.gradient_bias = true;
  EXPECT_GT(area(target, attack_inside(shadow, target, other, true)), 0.95);
}

TEST(GradientAttack, FindsALeakThatOnlyTheInsideShows) {
  auto shadow = test::fake_observations({.seed = 1, .members = 200, .non_members = 200, .classes = 3});
  auto target = test::fake_observations({.seed = 2, .members = 200, .non_members = 200, .classes = 3});
  for (auto* o : {&shadow, &target})  // members' features are larger, whatever their sign
    for (std::size_t i = 0; i < o->feature.size(); ++i) o->feature[i] *= o->member[i / 4] != 0 ? 8.F : 1.F;
  EXPECT_GT(area(target, attack_inside(shadow, target, many_steps())), 0.9);
  EXPECT_LT(area(target, attack(shadow, target, {.epochs = 20})), 0.65);
}

TEST(GradientAttack, FindsNothingInAModelThatWasTrainedOnNothing) {
  const auto shadow = with_losses(test::fake_observations({.seed = 1}));
  const auto target = with_losses(test::fake_observations({.seed = 2}));
  for (const bool hybrid : {false, true}) {
    const std::int64_t hits = right(target, attack_inside(shadow, target, {.epochs = 10}, hybrid));
    EXPECT_TRUE(statistics::clopper_pearson(hits, target.count(), 0.999).contains(0.5)) << hits;
  }
}

TEST(GradientAttack, DoesNotChangeWithTheTargetsMembership) {
  const auto shadow = test::fake_observations({.seed = 1, .leak = 2});
  const auto target = test::fake_observations({.seed = 2, .leak = 2});
  auto turned = target;
  for (auto& member : turned.member) member ^= 1U;
  EXPECT_EQ(attack_inside(shadow, target, {.epochs = 2}, true), attack_inside(shadow, turned, {.epochs = 2}, true));
}

TEST(GradientAttack, GivesTheSameScoresBitForBit) {
  const auto shadow = test::fake_observations({.seed = 1, .leak = 1});
  const auto target = test::fake_observations({.seed = 2, .leak = 1});
  const auto first = attack_inside(shadow, target, {.epochs = 3}, true);
  torch::manual_seed(99);  // dropout is drawn from a named stream too
  EXPECT_EQ(first, attack_inside(shadow, target, {.epochs = 3}, true));
}

}  // namespace
}  // namespace exitaudit::attack
