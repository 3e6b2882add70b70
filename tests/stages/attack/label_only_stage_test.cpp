#include "stages/attack/label_only_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "stages/attack/attack_stage.h"
#include "tests/support/fake_distances.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::attack {
namespace {

const schema::Measurement& find(const schema::Verdicts& verdicts, const std::string& slice,
                                const std::string& metric = "attack_success") {
  static const schema::Measurement none{.slice = "none", .metric = "", .value = -1};
  for (const auto& m : verdicts.measurements)
    if (m.slice == slice && m.metric == metric) return m;
  ADD_FAILURE() << "no " << slice << " " << metric;
  return none;
}

MeasuredModel model(const std::string& job, const test::FakeDistances& wanted) {
  return {job, test::fake_distances(wanted), {}};
}

ExitView true_exits(const MeasuredModel& model) {
  return {.exits = model.distances.exits, .exit = model.distances.exit_taken};
}

schema::Verdicts judge(MeasuredModel shadow, MeasuredModel target, ExitSource source,
                       Misclassified rule = Misclassified::kZero,
                       measure_boundary::Population population = measure_boundary::Population::kBalanced) {
  AttackJob settings;
  settings.population = population;
  settings.row = {AttackKind::kLabelOnly, source, ShadowChoice::kSame};
  settings.attack.misclassified = rule;
  if (source != ExitSource::kNone) {
    for (MeasuredModel* each : {&shadow, &target}) each->exits = true_exits(*each);
  }
  return judge(shadow, target, settings, "test");
}

TEST(CheckPair, NamesWhatDoesNotFit) {
  const auto message = [](const test::FakeDistances& shadow, const test::FakeDistances& target) {
    return test::message_of([&] { check_pair(model("s", shadow), model("t", target)); });
  };
  EXPECT_EQ(message({}, {}), "");
  EXPECT_THAT(message({}, {.rows = true}),
              testing::HasSubstr("shadow s was measured by hop_skip_jump (0 rates), target t by bit_flips (3 rates)"));
  EXPECT_THAT(message({.exits = 2}, {.exits = 3}), testing::HasSubstr("shadow s has 2 exits, target t has 3"));
  EXPECT_THAT(message({}, {.per_exit = 0}), testing::HasSubstr("t holds 0 members and 0 non-members"));
}

TEST(LabelOnlyJudge, ReportsTheHybridsMeanOverExitsAndTheOriginalsPooledSuccess) {
  // Few samples at the last exit, and these leak: the pooled success hardly sees them.
  MeasuredModel shadow = model("s", {.seed = 1, .per_exit = 200, .exits = 2});
  MeasuredModel target = model("t", {.seed = 2, .per_exit = 200, .exits = 2});
  target.distances.exit_share = {0.9, 0.1};
  for (auto* m : {&shadow, &target}) {
    schema::Distances& d = m->distances;
    for (std::size_t i = 0; i < d.index.size(); ++i) {
      d.exit_taken[i] = i % 40 < 4 ? 1 : 0;  // members and others alike
      if (d.exit_taken[i] == 1) d.distance[i] = d.member[i] != 0 ? 1 : 0;
    }
  }
  const schema::Verdicts hybrid = judge(shadow, target, ExitSource::kKnown);
  EXPECT_EQ(find(hybrid, "exit=1").value, 1);
  EXPECT_DOUBLE_EQ(find(hybrid, "all").value, (find(hybrid, "exit=0").value + 1) / 2);
  EXPECT_DOUBLE_EQ(find(hybrid, "exits_weighted").value, 0.9 * find(hybrid, "exit=0").value + 0.1);
  EXPECT_DOUBLE_EQ(find(hybrid, "pooled").value, 0.9 * find(hybrid, "exit=0").value + 0.1);
  EXPECT_EQ(find(hybrid, "all").n, 800);
  EXPECT_LT(find(hybrid, "all").low, find(hybrid, "all").value);
  EXPECT_EQ(find(hybrid, "all", "skipped_exits").value, 0);

  const schema::Verdicts original = judge(shadow, target, ExitSource::kNone);
  double right = 0;
  for (std::size_t i = 0; i < original.decision.size(); ++i)
    right += original.decision[i] == original.member[i] ? 1 : 0;
  EXPECT_DOUBLE_EQ(find(original, "all").value, right / 800);
  EXPECT_EQ(original.index, hybrid.index);  // both on the same samples
}

TEST(LabelOnlyJudge, ReportsBothReadingsOfMisclassifiedSamples) {
  // Only others are misclassified, so that zero is the better reading.
  MeasuredModel shadow = model("s", {.seed = 3});
  MeasuredModel target = model("t", {.seed = 4});
  for (auto* m : {&shadow, &target}) {
    schema::Distances& d = m->distances;
    for (std::size_t i = 0; i < d.index.size(); ++i) {
      if (d.member[i] != 0) continue;
      d.correct[i] = 0;
      d.prediction[i] = 1;
    }
  }
  const schema::Verdicts zero = judge(shadow, target, ExitSource::kNone);
  const schema::Verdicts distance = judge(shadow, target, ExitSource::kNone, Misclassified::kDistance);
  EXPECT_GT(find(zero, "all").value, 0.97);
  EXPECT_LT(find(distance, "all").value, 0.6);
  EXPECT_EQ(find(zero, "misclassified=distance").value, find(distance, "all").value);
  EXPECT_EQ(find(distance, "misclassified=zero").value, find(zero, "all").value);
  EXPECT_EQ(find(zero, "misclassified=distance", "auc").value, find(distance, "all", "auc").value);
}

TEST(LabelOnlyJudge, RegroupsAndRebalancesByTheExitsThatTheAdversaryBelieves) {
  MeasuredModel shadow = model("s", {.seed = 5, .leak = 1, .exit_step = 3});
  MeasuredModel target = model("t", {.seed = 6, .leak = 1, .exit_step = 3});
  shadow.exits = true_exits(shadow);
  target.exits = true_exits(target);
  ExitView& believed = target.exits;
  for (std::size_t i = 0; i < believed.exit.size(); i += 10) {
    if (target.distances.member[i] != 0) believed.exit[i] = (believed.exit[i] + 1) % 3;
  }
  AttackJob settings;
  settings.row = {AttackKind::kLabelOnly, ExitSource::kStolen, ShadowChoice::kSame};
  const schema::Verdicts verdicts = judge(shadow, target, settings, "test");
  EXPECT_LT(verdicts.index.size(), target.distances.index.size());
  std::int64_t members = 0;
  for (const std::uint8_t flag : verdicts.member) members += flag;
  EXPECT_EQ(2 * members, static_cast<std::int64_t>(verdicts.member.size()));
  const double told = find(judge(shadow, target, ExitSource::kKnown), "all").value;
  EXPECT_LT(find(verdicts, "all").value, told);
  EXPECT_GT(find(verdicts, "all").value, 0.8);
}

/// Two exits. At the first, 100 members at distance 1 and 100 others at 0. At the second, 10 members and 90 others, all
/// at distance 1 but the first other, at `odd`: with an odd one so far away, nobody else is taken for a member there.
MeasuredModel skewed(const std::string& job, double odd) {
  schema::Distances d = test::fake_distances({.per_exit = 0, .exits = 2});
  const auto add = [&](int count, std::uint8_t member, std::int32_t exit, double distance) {
    for (int i = 0; i < count; ++i) {
      d.index.push_back(d.count());
      d.member.push_back(member);
      d.label.push_back(0);
      d.prediction.push_back(0);
      d.exit_taken.push_back(exit);
      d.correct.push_back(1);
      d.found.push_back(1);
      d.queries.push_back(1);
      d.distance.push_back(distance);
    }
  };
  add(100, 1, 0, 1);
  add(100, 0, 0, 0);
  add(10, 1, 1, 1);
  add(1, 0, 1, odd);
  add(89, 0, 1, 1);
  d.exit_share = {2. / 3, 1. / 3};
  schema::check(d);
  return {job, d, {}};
}

TEST(LabelOnlyJudge, TellsTheBaseRateOfASkewedExitByBalancedAccuracy) {
  const auto audit = [](ExitSource source, measure_boundary::Population population) {
    return judge(skewed("s", 100), skewed("t", 1), source, Misclassified::kZero, population);
  };
  const schema::Verdicts natural = audit(ExitSource::kKnown, measure_boundary::Population::kNatural);
  EXPECT_EQ(natural.index.size(), 300U);
  EXPECT_DOUBLE_EQ(find(natural, "exit=1").value, 0.9);  // always non-member
  EXPECT_DOUBLE_EQ(find(natural, "exit=1", "balanced_accuracy").value, 0.5);
  EXPECT_DOUBLE_EQ(find(natural, "all").value, (1 + 0.9) / 2);
  EXPECT_DOUBLE_EQ(find(natural, "all", "balanced_accuracy").value, (1 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(find(natural, "exits_weighted", "balanced_accuracy").value, (2 * 1 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(find(natural, "pooled").value, 290. / 300);
  EXPECT_DOUBLE_EQ(find(natural, "pooled", "balanced_accuracy").value, (100. / 110 + 1) / 2);
  EXPECT_EQ(find(natural, "all", "natural_population").value, 1);

  const schema::Verdicts original = audit(ExitSource::kNone, measure_boundary::Population::kNatural);
  EXPECT_EQ(original.index, natural.index);  // both on the same samples
  EXPECT_EQ(find(original, "all", "small_groups").value, 0);

  const schema::Verdicts balanced = audit(ExitSource::kKnown, measure_boundary::Population::kBalanced);
  EXPECT_EQ(balanced.index.size(), 220U);
  EXPECT_DOUBLE_EQ(find(balanced, "exit=1").value, 0.5);
  for (const auto& m : balanced.measurements) EXPECT_NE(m.metric, "natural_population");
  for (const schema::Verdicts* each : {&natural, &balanced}) {  // 10 members at the second exit: marked, and counted
    EXPECT_EQ(find(*each, "all", "small_groups").value, 1);
    EXPECT_EQ(find(*each, "all", "small_groups").n, 2);
  }
}

TEST(LabelOnlyJudge, FailsWhereNoExitCanBeAttacked) {
  MeasuredModel shadow = model("s", {.exits = 2});
  MeasuredModel target = model("t", {.exits = 2});
  std::fill(shadow.distances.exit_taken.begin(), shadow.distances.exit_taken.end(), 0);
  std::fill(target.distances.exit_taken.begin(), target.distances.exit_taken.end(), 1);
  EXPECT_THAT(test::message_of([&] { judge(shadow, target, ExitSource::kKnown); }),
              testing::HasSubstr("no exit of target t"));
}

/// The stage as a worker runs it: distances on disk, verdicts on disk.
class LabelOnlyStage : public testing::Test {
 protected:
  void write(const std::string& role, const test::FakeDistances& wanted) const {
    ArtifactWriter out(file(role), {.noun = "distances",
                                    .job = "measure_boundary/" + role,
                                    .fingerprint = sha256_hex(role),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    schema::write(out, test::fake_distances(wanted));
    out.commit();
  }

  JobResult attack(ExitSource source, const std::string& output) const {
    AttackJob settings;
    settings.dataset = "fake";
    settings.exits = 3;
    settings.row = {AttackKind::kLabelOnly, source, ShadowChoice::kSame};
    JobOrder order;
    order.job = "attack/fake";
    order.stage = "attack";
    order.noun = "verdicts";
    order.fingerprint = sha256_hex("attack");
    order.config = make_slice(settings).text();
    for (const std::string role : {"shadow", "target"}) {
      order.inputs.push_back({role, "measure_boundary/" + role, file(role), sha256_hex(role)});
    }
    order.output = file(output);
    return run_stage(order, attack_stage);
  }
  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }

 private:
  test::TempDir folder_;
};

TEST_F(LabelOnlyStage, LeavesVerdictsWithMeasurementsAndTheNullCheck) {
  write("shadow", {.seed = 1, .leak = 1});
  write("target", {.seed = 2, .leak = 1});
  for (const ExitSource source : {ExitSource::kNone, ExitSource::kKnown}) {
    const JobResult result = attack(source, name(source));
    ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
    const auto found = schema::read_verdicts(ArtifactReader::open(file(name(source)), "verdicts"));
    EXPECT_EQ(found.attack, "label_only");
    EXPECT_EQ(found.exit_source, name(source));
    EXPECT_GT(find(found, "all").value, 0.97);
    EXPECT_EQ(find(found, "null", "null_within").value, 1);
  }
  ASSERT_EQ(attack(ExitSource::kKnown, "again").outcome, Outcome::kDone);
  EXPECT_EQ(read_file(file("again")), read_file(file("known")));
}

}  // namespace
}  // namespace exitaudit::attack
