#include "stages/attack/label_only_attack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/statistics/intervals.h"
#include "tests/support/fake_distances.h"

namespace exitaudit::attack {
namespace {

std::vector<std::size_t> all_of(const schema::Distances& distances) {
  std::vector<std::size_t> rows(distances.index.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

ExitView exits_of(const schema::Distances& distances) {
  return {.exits = distances.exits, .exit = distances.exit_taken};
}

Lesson<DistanceView> lesson(const schema::Distances& shadow, bool by_exit) {
  return {see_distances(shadow, Misclassified::kZero, DistanceScale::kPlain, by_exit ? exits_of(shadow) : ExitView{}),
          shadow.member};
}

LabelOnlyAnswer attack(const schema::Distances& shadow, const schema::Distances& target, bool by_exit) {
  return label_only_attack(
      lesson(shadow, by_exit),
      see_distances(target, Misclassified::kZero, DistanceScale::kPlain, by_exit ? exits_of(target) : ExitView{}),
      all_of(target));
}

std::int64_t hits(const LabelOnlyAnswer& answer, const schema::Distances& target) {
  std::int64_t right = 0;
  for (std::size_t i = 0; i < answer.row.size(); ++i) {
    right += answer.decision[i] == target.member[answer.row[i]] ? 1 : 0;
  }
  return right;
}

double success(const LabelOnlyAnswer& answer, const schema::Distances& target) {
  return static_cast<double>(hits(answer, target)) / static_cast<double>(answer.row.size());
}

Lesson<DistanceView> four_samples(std::vector<double> distances, std::vector<std::uint8_t> members) {
  return {DistanceView{.shares = false, .rates = 1, .distance = std::move(distances), .exit = {}}, std::move(members)};
}

TEST(CalibrateThreshold, TakesTheSmallestCandidateOfTheBestAccuracy) {
  // M = 2; candidates .02, .04, …; all of [.5, 1.5) separate, and .5 is the smallest of them.
  const DistanceThreshold separate = calibrate_threshold(four_samples({0.2, 0.5, 1.5, 2}, {0, 0, 1, 1}), {0, 1, 2, 3});
  EXPECT_DOUBLE_EQ(separate.value, 0.5);
  EXPECT_DOUBLE_EQ(separate.accuracy, 1);
  // Members nearer than others: the best is the smallest candidate, where all are taken for members but none right …
  const DistanceThreshold turned = calibrate_threshold(four_samples({1.5, 2, 0.2, 0.5}, {0, 0, 1, 1}), {0, 1, 2, 3});
  EXPECT_DOUBLE_EQ(turned.value, 0.02);
  EXPECT_DOUBLE_EQ(turned.accuracy, 0.5);
  // … and only the rows that are asked for count.
  EXPECT_DOUBLE_EQ(calibrate_threshold(four_samples({0.2, 0.5, 1.5, 100}, {0, 0, 1, 1}), {0, 1, 2}).value, 0.51);
}

TEST(CalibrateThreshold, ChoosesTheRateOfFlipsOnTheShadow) {
  const schema::Distances shadow = test::fake_distances({.leak = 1, .rows = true});
  const DistanceThreshold found = calibrate_threshold(lesson(shadow, false), all_of(shadow));
  EXPECT_EQ(found.rate, 1);
  EXPECT_NEAR(found.value, 0.5, 0.02);
  EXPECT_GT(found.accuracy, 0.98);
}

TEST(LabelOnlyAttack, FindsAPlantedLeakInDistancesAndInShares) {
  for (const bool rows : {false, true}) {
    const auto shadow = test::fake_distances({.seed = 1, .leak = 1, .rows = rows});
    const auto target = test::fake_distances({.seed = 2, .leak = 1, .rows = rows});
    for (const bool by_exit : {false, true}) EXPECT_GT(success(attack(shadow, target, by_exit), target), 0.97);
  }
}

TEST(LabelOnlyAttack, SucceedsAsChanceDoesWhereMembersAndOthersAreExchangeable) {
  for (const bool rows : {false, true}) {
    const auto shadow = test::fake_distances({.seed = 3, .per_exit = 500, .rows = rows});
    const auto target = test::fake_distances({.seed = 4, .per_exit = 500, .rows = rows});
    for (const bool by_exit : {false, true}) {
      const auto answer = attack(shadow, target, by_exit);
      const auto n = static_cast<std::int64_t>(answer.row.size());
      EXPECT_TRUE(statistics::clopper_pearson(hits(answer, target), n, 0.999).contains(0.5));
    }
  }
}

// Members are further than others at every exit, and everybody is further at later exits: one threshold for all must
// fail where one for each exit does not. Confusing the two makes both attacks equal (5.4).
TEST(LabelOnlyAttack, DrawsOneLineForAllOrOneForEachExit) {
  const auto shadow = test::fake_distances({.seed = 5, .leak = 1, .exit_step = 3});
  const auto target = test::fake_distances({.seed = 6, .leak = 1, .exit_step = 3});
  EXPECT_GT(success(attack(shadow, target, true), target), 0.97);
  EXPECT_LT(success(attack(shadow, target, false), target), 0.75);
}

TEST(LabelOnlyAttack, ScoresByTheDistanceToTheThreshold) {
  const auto shadow = test::fake_distances({.seed = 7, .leak = 0.5});
  const auto target = test::fake_distances({.seed = 8, .leak = 0.5});
  const auto answer = attack(shadow, target, false);
  std::vector<std::size_t> order = all_of(target);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return target.distance[a] < target.distance[b]; });
  double last = 0;
  for (const std::size_t row : order) {
    EXPECT_EQ(answer.decision[row] != 0, answer.score[row] > 0.5);
    EXPECT_GE(answer.score[row], last);
    last = answer.score[row];
  }
}

TEST(LabelOnlyAttack, SkipsAndCountsExitsThatOneSideNeverTook) {
  auto shadow = test::fake_distances({.seed = 9, .leak = 1});
  const auto target = test::fake_distances({.seed = 10, .leak = 1});
  for (auto& exit : shadow.exit_taken) exit = std::min(exit, 1);
  const auto answer = attack(shadow, target, true);
  EXPECT_EQ(answer.skipped_exits, 1);
  EXPECT_EQ(answer.row.size(), 400U);
  for (const std::int32_t group : answer.group) EXPECT_LT(group, 2);
  EXPECT_EQ(attack(shadow, target, false).row.size(), 600U);
}

TEST(SeeDistances, TakesMisclassifiedSamplesAsZeroOrAsMeasured) {
  auto distances = test::fake_distances({.per_exit = 10, .wrong = 0.5});
  const auto zero = see_distances(distances, Misclassified::kZero, DistanceScale::kPlain);
  const auto measured = see_distances(distances, Misclassified::kDistance, DistanceScale::kPlain);
  EXPECT_EQ(measured.distance, distances.distance);
  for (std::size_t i = 0; i < zero.distance.size(); ++i) {
    EXPECT_EQ(zero.distance[i], distances.correct[i] != 0 ? distances.distance[i] : 0);
  }
  distances = test::fake_distances({.per_exit = 10, .wrong = 0.5, .rows = true});
  const auto shares = see_distances(distances, Misclassified::kZero, DistanceScale::kPlain);
  EXPECT_EQ(shares.rates, 3);
  for (std::size_t i = 0; i < shares.distance.size(); ++i) {
    EXPECT_EQ(shares.distance[i], distances.correct[i / 3] != 0 ? distances.share[i] : 0);
  }
}

// Across datasets (6.4): a target of four times the values, whose distances are twice as large, is the same problem.
TEST(SeeDistances, DividesByTheRootOfTheDimensionAcrossDatasets) {
  const auto small = test::fake_distances({.seed = 11, .leak = 0.3});
  auto large = small;
  large.dimension *= 4;
  for (double& distance : large.distance) distance *= 2;
  const auto view = see_distances(large, Misclassified::kZero, DistanceScale::kPerDimension);
  EXPECT_EQ(view.distance, see_distances(small, Misclassified::kZero, DistanceScale::kPerDimension).distance);
  EXPECT_DOUBLE_EQ(view.distance[3], small.distance[3] / 10);
  auto rows = test::fake_distances({.rows = true});
  EXPECT_EQ(see_distances(rows, Misclassified::kZero, DistanceScale::kPerDimension).distance, rows.share);
}

TEST(BalanceByExit, KeepsAsManyMembersAsOthersOfEachBelievedExit) {
  const ExitView believed{.exits = 3, .exit = {0, 0, 0, 0, 0, 1, 1, 1, 2}};
  const std::vector<std::uint8_t> member{1, 1, 1, 0, 0, 0, 0, 1, 1};
  const auto kept = balance_by_exit(believed, member, {"test"});
  ASSERT_EQ(kept.size(), 6U);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  std::int64_t members[3] = {0, 0, 0};
  std::int64_t others[3] = {0, 0, 0};
  for (const std::size_t row : kept) ++(member[row] != 0 ? members : others)[believed.exit[row]];
  EXPECT_EQ(members[0], 2);
  EXPECT_EQ(others[0], 2);
  EXPECT_EQ(members[1], 1);
  EXPECT_EQ(others[1], 1);
  EXPECT_EQ(members[2] + others[2], 0);
  const auto balanced = test::fake_distances({});
  EXPECT_EQ(balance_by_exit(exits_of(balanced), balanced.member, {"test"}), all_of(balanced));
}

TEST(MeasureOverExits, TakesEachExitAlikeOrByItsShare) {
  LabelOnlyAnswer answer;
  std::vector<std::uint8_t> member;
  const auto add = [&](std::int32_t exit, int right, int wrong) {
    for (int i = 0; i < right + wrong; ++i) {
      answer.row.push_back(member.size());
      answer.group.push_back(exit);
      answer.decision.push_back(1);
      member.push_back(i < right ? 1 : 0);
    }
  };
  add(0, 60, 40);
  add(2, 9, 1);  // nobody at exit 1
  const auto found = measure_over_exits(answer, member, {0.6, 0.2, 0.2});
  EXPECT_EQ(found[0].slice, "exits_mean");
  EXPECT_DOUBLE_EQ(found[0].value, 0.75);
  EXPECT_EQ(found[0].n, 110);
  EXPECT_EQ(found[1].slice, "exits_weighted");
  EXPECT_DOUBLE_EQ(found[1].value, (0.6 * 0.6 + 0.2 * 0.9) / 0.8);
  const auto first = statistics::clopper_pearson(60, 100);
  const auto second = statistics::clopper_pearson(9, 10);
  EXPECT_DOUBLE_EQ(found[0].low, 0.75 - std::hypot(0.6 - first.low, 0.9 - second.low) / 2);
  EXPECT_DOUBLE_EQ(found[0].high, 0.75 + std::hypot(first.high - 0.6, second.high - 0.9) / 2);
}

/// `count` samples of one side at `exit`, all judged alike.
void judge_alike(LabelOnlyAnswer& answer, std::vector<std::uint8_t>& member, std::int32_t exit, int count,
                 std::uint8_t is_member, std::uint8_t decision) {
  for (int i = 0; i < count; ++i) {
    answer.row.push_back(member.size());
    answer.group.push_back(exit);
    answer.decision.push_back(decision);
    member.push_back(is_member);
  }
}

// 10 members and 90 others: who always says non-member is right nine times in ten, and knows nothing.
TEST(MeasureBalancedOverExits, GivesAlwaysNonMemberNoCreditForASkewedExit) {
  LabelOnlyAnswer answer;
  std::vector<std::uint8_t> member;
  judge_alike(answer, member, 0, 10, 1, 0);
  judge_alike(answer, member, 0, 90, 0, 0);
  EXPECT_DOUBLE_EQ(measure_over_exits(answer, member, {1})[0].value, 0.9);
  const schema::Measurement balanced = measure_balanced_over_exits(answer, member, {1})[0];
  EXPECT_EQ(balanced.metric, "balanced_accuracy");
  EXPECT_DOUBLE_EQ(balanced.value, 0.5);
  EXPECT_EQ(balanced.n, 100);
  const auto on_members = statistics::clopper_pearson(0, 10);
  const auto on_others = statistics::clopper_pearson(90, 90);
  EXPECT_DOUBLE_EQ(balanced.high, 0.5 + on_members.high / 2);
  EXPECT_DOUBLE_EQ(balanced.low, 0.5 - (1 - on_others.low) / 2);
}

TEST(MeasureBalancedOverExits, TakesEachExitThatHasBothSidesAlikeOrByItsShare) {
  LabelOnlyAnswer answer;
  std::vector<std::uint8_t> member;
  judge_alike(answer, member, 0, 8, 1, 1);  // exit 0: 8 of 10 members, 15 of 30 others: 0.65
  judge_alike(answer, member, 0, 2, 1, 0);
  judge_alike(answer, member, 0, 15, 0, 0);
  judge_alike(answer, member, 0, 15, 0, 1);
  judge_alike(answer, member, 1, 50, 0, 0);  // exit 1: others alone
  judge_alike(answer, member, 2, 4, 1, 0);   // exit 2: no member, all others: 0.5
  judge_alike(answer, member, 2, 6, 0, 0);
  const auto found = measure_balanced_over_exits(answer, member, {0.5, 0.3, 0.2});
  EXPECT_DOUBLE_EQ(found[0].value, (0.65 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(found[1].value, (0.5 * 0.65 + 0.2 * 0.5) / 0.7);
  EXPECT_EQ(found[0].n, 50);
  const auto sides = judged_sides(answer, member, 3);
  EXPECT_EQ(sides[1].members, 0);
  EXPECT_EQ(sides[1].others, 50);
  EXPECT_EQ(sides[2].members, 4);
  EXPECT_EQ(sides[2].count(), 10);
}

TEST(MeasureBalancedOverExits, IsUnknownWhereNoExitHasBothSides) {
  LabelOnlyAnswer answer;
  std::vector<std::uint8_t> member;
  judge_alike(answer, member, 0, 5, 1, 1);
  judge_alike(answer, member, 1, 5, 0, 0);
  EXPECT_TRUE(std::isnan(measure_balanced_over_exits(answer, member, {0.5, 0.5})[0].value));
}

}  // namespace
}  // namespace exitaudit::attack
