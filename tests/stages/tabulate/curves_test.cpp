#include "stages/tabulate/curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace exitaudit::tabulate {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const schema::Curve& named(const std::vector<schema::Curve>& curves, const std::string& name,
                           const std::string& slice = "all") {
  static const schema::Curve kNone;
  for (const schema::Curve& curve : curves)
    if (curve.name == name && curve.slice == slice) return curve;
  ADD_FAILURE() << "no " << name << " of " << slice;
  return kNone;
}

schema::Verdicts verdicts(const std::vector<double>& scores, const std::vector<std::uint8_t>& members) {
  schema::Verdicts v;
  v.score = scores;
  v.member = members;
  return v;
}

TEST(RocCurve, HasTheBestCornerOfEachCountOfFalsePositives) {
  // By falling score: member, non-member, member, member, non-member, non-member.
  const auto found = curves(verdicts({.9, .8, .7, .6, .5, .4}, {1, 0, 1, 1, 0, 0}));
  const schema::Curve& roc = named(found, "roc");
  EXPECT_THAT(roc.x, ElementsAre(DoubleEq(0), DoubleEq(1. / 3), DoubleEq(2. / 3), DoubleEq(1)));
  EXPECT_THAT(roc.y, ElementsAre(DoubleEq(1. / 3), DoubleEq(1), DoubleEq(1), DoubleEq(1)));
  // Clopper-Pearson of 1 of 3: quantiles .025 of Beta(1, 3) = 1 - .975^(1/3), and .975 of Beta(2, 2) by its cubic.
  EXPECT_NEAR(roc.low[0], 1 - std::cbrt(.975), 1e-12);
  const double high = roc.high[0];
  EXPECT_NEAR(high * high * (3 - 2 * high), .975, 1e-9);
}

TEST(RocCurve, IsThinnedAndKeepsItsEnds) {
  std::vector<double> scores(20000);
  std::iota(scores.begin(), scores.end(), 0.0);
  std::vector<std::uint8_t> members(scores.size());
  for (std::size_t i = 0; i < members.size(); ++i) members[i] = i % 2;
  const auto found = curves(verdicts(scores, members));
  const schema::Curve& roc = named(found, "roc");
  EXPECT_LT(roc.x.size(), 120U);
  EXPECT_EQ(roc.x.front(), 0);
  EXPECT_EQ(roc.x.back(), 1);
  for (std::size_t i = 0; i < roc.x.size(); ++i) EXPECT_NEAR(roc.y[i], roc.x[i], 2e-4);
}

TEST(RocCurve, IsNoneWithoutNonMembers) {
  EXPECT_THAT(curves(verdicts({.1, .2}, {1, 1})), IsEmpty());
}

TEST(LatencyHistogram, CountsEachSampleOnceWithItsMedianUnderItsExit) {
  schema::Latencies times;
  times.exits = 2;
  times.repeats = 3;
  for (int i = 0; i < 1000; ++i) {
    const double ms = i < 600 ? 1.0 + i / 6000.0 : 2.0 + i / 10000.0;
    times.exit_taken.push_back(i < 600 ? 0 : 1);
    times.latency_ms.insert(times.latency_ms.end(), {ms, 50.0, .001});  // the median is ms
  }
  const auto found = curves(times);
  const auto share = [&](const std::string& slice) {
    const schema::Curve& c = named(found, "latency_histogram", slice);
    double sum = 0;
    for (std::size_t i = 0; i + 1 < c.x.size(); ++i) sum += c.y[i] * (c.x[i + 1] - c.x[i]);
    return sum;
  };
  EXPECT_NEAR(share("exit=0"), .6, 1e-9);
  EXPECT_NEAR(share("exit=1"), .395, .0021);  // the slowest half per cent is out of the picture
}

TEST(ThresholdCurves, AreTheGridInItsOrder) {
  schema::Thresholds t;
  t.exit_ops_official = {1, 2};
  t.grid = {{.5, .7, 10, 11, {3, 1}}, {.9, .8, 20, 21, {1, 3}}};
  const auto found = curves(t);
  EXPECT_THAT(named(found, "accuracy_by_tau").x, ElementsAre(.5, .9));
  EXPECT_THAT(named(found, "accuracy_by_tau").y, ElementsAre(.7, .8));
  EXPECT_THAT(named(found, "ops_corrected_by_tau").y, ElementsAre(11, 21));
  EXPECT_THAT(named(found, "exit_share_by_tau", "exit=1").y, ElementsAre(.25, .75));
}

TEST(LossCurves, HaveTheRowsOfTheirSlicesAndNoneOfAnEmptyExit) {
  schema::Characteristics c;
  c.exits = 2;
  c.bins = 2;
  c.samples = {4, 0, 4};
  c.edges = {0, 1, 2, 0, 1, 2, 0, 3, 6};
  c.member_density = {.9, .1, 0, 0, .3, .02};
  c.non_member_density = {.4, .6, 0, 0, .1, .2};
  const auto found = curves(c);
  EXPECT_EQ(found.size(), 4U);
  EXPECT_THAT(named(found, "loss_density_non_members", "exit=1").x, ElementsAre(0, 3, 6));
  EXPECT_THAT(named(found, "loss_density_non_members", "exit=1").y, ElementsAre(.1, .2, 0));
}

TEST(HistoryCurves, TellExitsApart) {
  schema::Weights w;
  w.exits = 2;
  w.history = {.epoch = {1, 2},
               .learning_rate = {.1, .1},
               .loss = {2, 1},
               .evaluated = {2},
               .train_top1 = {.5, .6},
               .train_top5 = {},
               .test_top1 = {.3, .4},
               .test_top5 = {}};
  const auto found = curves(w);
  EXPECT_THAT(named(found, "train_loss_by_epoch").y, ElementsAre(2, 1));
  EXPECT_THAT(named(found, "test_top1_by_epoch", "exit=1").x, ElementsAre(2));
  EXPECT_THAT(named(found, "test_top1_by_epoch", "exit=1").y, ElementsAre(.4));
}

TEST(StolenCurves, KeepTheValleys) {
  schema::StolenExits s;
  for (int i = 0; i < 1000; ++i) {
    s.grid.push_back(i);
    s.density.push_back(.001);
  }
  s.valleys = {300, 700};
  const auto found = curves(s);
  EXPECT_LE(named(found, "latency_density").x.size(), 400U);
  EXPECT_THAT(named(found, "latency_valleys").x, ElementsAre(300, 700));
  EXPECT_THAT(curves(schema::StolenExits{}), IsEmpty());
}

}  // namespace
}  // namespace exitaudit::tabulate
