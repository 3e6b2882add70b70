#include "stages/statistics/membership_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

/// Eight samples: exits 0 and 2 of three, classes 4 and 7, one of the answers wrong.
schema::Verdicts small() {
  schema::Verdicts v;
  v.member = {1, 1, 1, 1, 0, 0, 0, 0};
  v.score = {.9, .8, .4, .7, .1, .6, .2, .3};
  v.decision = {1, 1, 0, 1, 0, 1, 0, 0};
  v.exit = {0, 0, 2, 2, 0, 2, 2, 0};
  v.label = {4, 4, 4, 4, 7, 7, 7, 4};
  v.correct = {1, 1, 1, 1, 1, 0, 1, 1};
  return v;
}

schema::Measurement find(const std::vector<schema::Measurement>& all, const std::string& slice,
                         const std::string& metric) {
  for (const auto& m : all)
    if (m.slice == slice && m.metric == metric) return m;
  ADD_FAILURE() << "no " << slice << " " << metric;
  return {};
}

TEST(MembershipMetrics, CountRightDecisions) {
  const auto found = measure(small(), 3, "x");
  const auto success = find(found, "all", "attack_success");
  EXPECT_DOUBLE_EQ(success.value, 6.0 / 8);
  EXPECT_EQ(success.n, 8);
  EXPECT_DOUBLE_EQ(success.low, clopper_pearson(6, 8).low);
  EXPECT_DOUBLE_EQ(success.high, clopper_pearson(6, 8).high);
  EXPECT_DOUBLE_EQ(find(found, "all", "balanced_accuracy").value, (3.0 / 4 + 3.0 / 4) / 2);
  EXPECT_DOUBLE_EQ(find(found, "all", "auc").value, 15.0 / 16);  // only .4 against .6 is out of order
}

TEST(MembershipMetrics, CutByExitClassAndCorrectness) {
  const auto found = measure(small(), 3, "x");
  EXPECT_DOUBLE_EQ(find(found, "exit=0", "attack_success").value, 1);
  EXPECT_DOUBLE_EQ(find(found, "exit=2", "attack_success").value, 2.0 / 4);
  EXPECT_EQ(find(found, "class=7", "attack_success").n, 3);
  EXPECT_TRUE(std::isnan(find(found, "class=7", "auc").value));
  EXPECT_EQ(find(found, "correct", "auc").n, 7);
  EXPECT_DOUBLE_EQ(find(found, "wrong", "attack_success").value, 0);
  EXPECT_TRUE(std::isnan(find(found, "wrong", "balanced_accuracy").value));
}

TEST(MembershipMetrics, GiveAClassATprOnlyWhereItCanBeTold) {
  schema::Verdicts v;
  for (int i = 0; i < 208; ++i) {
    v.member.push_back(i % 2 == 0 ? 1 : 0);
    v.score.push_back(i % 2 == 0 ? 0.9 : 0.1);
    v.decision.push_back(i % 2 == 0 ? 1 : 0);
    v.label.push_back(i < 200 ? 0 : 1);  // 100 non-members of class 0, 4 of class 1
  }
  v.exit.assign(208, 0);
  v.correct.assign(208, 1);
  const auto found = measure(v, 1, "x");
  EXPECT_EQ(find(found, "class=0", "tpr_at_fpr_1pct").value, 1);
  EXPECT_EQ(find(found, "class=1", "balanced_accuracy").value, 1);
  for (const auto& m : found) {
    if (!m.slice.starts_with("class=")) continue;
    EXPECT_NE(m.metric, "tpr_at_fpr_0.1pct");
    EXPECT_FALSE(m.slice == "class=1" && m.metric == "tpr_at_fpr_1pct");
  }
}

TEST(MembershipMetrics, SkipAndCountEmptyExits) {
  const auto found = measure(small(), 4, "x");
  const auto empty = find(found, "all", "empty_exits");
  EXPECT_EQ(empty.value, 2);
  EXPECT_EQ(empty.n, 4);
  for (const auto& m : found) EXPECT_NE(m.slice, "exit=1");
}

TEST(MembershipMetrics, DoNotGiveATprThatTooFewNonMembersCannotShow) {
  schema::Verdicts v;
  for (int i = 0; i < 400; ++i) {
    v.member.push_back(i < 200 ? 1 : 0);
    v.score.push_back(i < 50 ? 1 : 0.1);  // 50 of 200 members stand alone
    v.decision.push_back(i < 50 ? 1 : 0);
  }
  v.exit.assign(400, 0);
  v.label.assign(400, 0);
  v.correct.assign(400, 1);
  const auto found = measure(v, 1, "x");
  const auto one_percent = find(found, "all", "tpr_at_fpr_1pct");
  EXPECT_DOUBLE_EQ(one_percent.value, 0.25);
  EXPECT_DOUBLE_EQ(one_percent.high, clopper_pearson(50, 200).high);
  EXPECT_TRUE(std::isnan(find(found, "all", "tpr_at_fpr_0.1pct").value));
}

TEST(MembershipMetrics, NameEachFigureOnce) {
  std::set<std::pair<std::string, std::string>> names;
  const auto found = measure(small(), 3, "x");
  for (const auto& m : found) EXPECT_TRUE(names.insert({m.slice, m.metric}).second) << m.slice << " " << m.metric;
}

}  // namespace
}  // namespace exitaudit::statistics
