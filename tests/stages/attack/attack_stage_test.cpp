#include "stages/attack/attack_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "stages/statistics/exit_accuracy.h"
#include "tests/support/fake_observations.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::attack {
namespace {

Recording recording(const std::string& job, const test::FakeObservations& wanted) {
  return {job, test::fake_observations(wanted)};
}

TEST(CheckPair, NamesBothModelsAndBothNumbersOfExits) {
  const Recording shadow = recording("record/a/exits3/shadow0", {.exits = 3});
  const Recording target = recording("record/a/exits6/target", {.exits = 6});
  const std::string message = test::message_of([&] { check_pair(shadow, target, {}); });
  for (const char* part : {"record/a/exits3/shadow0 has 3 exits", "record/a/exits6/target has 6"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(CheckPair, RefusesOtherClassesOnlyWhereTheInputDependsOnThem) {
  const Recording shadow = recording("s", {.classes = 10});
  const Recording target = recording("t", {.classes = 100});
  AttackJob settings;
  EXPECT_EQ(test::message_of([&] { check_pair(shadow, target, settings); }), "");
  settings.attack.score_input = ScoreInput::kSorted;
  const std::string message = test::message_of([&] { check_pair(shadow, target, settings); });
  EXPECT_NE(message.find("shadow s has 10 classes, target t has 100"), std::string::npos) << message;
  settings.row.shadow = ShadowChoice::kDatasets;  // across datasets it is the three largest in every profile
  EXPECT_EQ(test::message_of([&] { check_pair(shadow, target, settings); }), "");
}

TEST(CheckPair, NeedsOneArchitectureAndThreeClassesForTheGradient) {
  AttackJob settings;
  settings.row.kind = AttackKind::kGradient;
  const auto refusal = [&](const test::FakeObservations& shadow, const test::FakeObservations& target) {
    return test::message_of([&] { check_pair(recording("s", shadow), recording("t", target), settings); });
  };
  EXPECT_EQ(refusal({}, {}), "");
  EXPECT_THAT(refusal({.classes = 10}, {.classes = 20}),
              testing::HasSubstr("shadow s has 10 classes, target t has 20"));
  EXPECT_THAT(refusal({.classes = 2}, {.classes = 2}), testing::HasSubstr("t has 2 classes and 4 features"));
  Recording wide = recording("s", {});
  wide.observations.features = 5;
  EXPECT_THAT(test::message_of([&] { check_pair(wide, recording("t", {}), settings); }),
              testing::HasSubstr("shadow s has 5 features, target t has 4"));
}

TEST(CheckPair, NeedsMembersAndNonMembers) {
  const Recording whole = recording("whole", {});
  const Recording half = recording("half", {.members = 5, .non_members = 0});
  for (const auto& [shadow, target] : {std::pair(&whole, &half), std::pair(&half, &whole)}) {
    const std::string message = test::message_of([&] { check_pair(*shadow, *target, {}); });
    EXPECT_NE(message.find("half holds 5 members and 0 non-members"), std::string::npos) << message;
  }
}

/// The stage as a worker runs it: two recordings on disk, verdicts on disk.
class AttackStage : public testing::Test {
 protected:
  template <class Noun>
  void write_noun(const std::string& role, const std::string& noun, const Noun& content) const {
    ArtifactWriter out(file(role), {.noun = noun,
                                    .job = "record/" + role,
                                    .fingerprint = sha256_hex(role),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    schema::write(out, content);
    out.commit();
  }
  void write(const std::string& role, const test::FakeObservations& wanted) const {
    write_noun(role, "observations", test::fake_observations(wanted));
  }
  /// Exits that a thief believes of the samples of `of`, in falling order of their index.
  void write_stolen(const schema::Observations& of, std::int64_t leave_out = 0,
                    const std::string& name = "stolen") const {
    std::filesystem::remove(file(name));
    schema::StolenExits stolen;
    stolen.exits = of.exits;
    for (std::int64_t i = of.count() - 1; i >= leave_out; --i) {
      stolen.index.push_back(of.index[static_cast<std::size_t>(i)]);
      stolen.exit.push_back(of.exit_taken[static_cast<std::size_t>(i)]);
    }
    statistics::measure_exits(stolen, stolen.exit);
    write_noun(name, "stolen_exits", stolen);
  }

  JobResult attack(const AttackRow& row, const std::string& output = "verdicts", std::int64_t epochs = 5,
                   std::int64_t batch_size = 0) const {
    AttackJob settings;
    settings.dataset = "fake";
    settings.exits = 3;
    settings.row = row;
    settings.attack.epochs = epochs;
    settings.attack.batch_size = batch_size;
    resolve(settings);
    JobOrder order;
    order.job = "attack/fake";
    order.stage = "attack";
    order.noun = "verdicts";
    order.fingerprint = sha256_hex("attack");
    order.config = make_slice(settings).text();
    for (const std::string role : {"shadow", "target"}) {
      order.inputs.push_back({role, "record/" + role, file(role), sha256_hex(role)});
    }
    if (row.exit_source == ExitSource::kPredicted || row.exit_source == ExitSource::kStolen) {
      order.inputs.push_back({"stolen_exits", "predict_exits/fake", file("stolen"), sha256_hex("stolen")});
    }
    if (const std::string own = "stolen_from_shadow"; std::filesystem::exists(file(own))) {
      order.inputs.push_back({"shadow_stolen_exits", "steal_exits/own", file(own), sha256_hex(own)});
    }
    order.output = file(output);
    return run_stage(order, attack_stage);
  }

  schema::Verdicts verdicts() const {
    return schema::read_verdicts(ArtifactReader::open(file("verdicts"), "verdicts"));
  }
  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }

 private:
  test::TempDir folder_;
};

double value_of(const schema::Verdicts& verdicts, const std::string& slice, const std::string& metric) {
  for (const auto& m : verdicts.measurements)
    if (m.slice == slice && m.metric == metric) return m.value;
  ADD_FAILURE() << "no " << slice << " " << metric;
  return -1;
}

constexpr AttackRow kHybrid{AttackKind::kScore, ExitSource::kKnown, ShadowChoice::kSame};
constexpr AttackRow kExitOnly{AttackKind::kExitOnly, ExitSource::kKnown, ShadowChoice::kSame};

TEST_F(AttackStage, LeavesVerdictsWithMeasurementsAndTheNullCheck) {
  write("shadow", {.seed = 1, .leak = 5});
  write("target", {.seed = 2, .leak = 5});
  const JobResult result = attack(kHybrid, "verdicts", 60);
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const schema::Verdicts found = verdicts();
  EXPECT_EQ(found.attack, "score");
  EXPECT_EQ(found.exit_source, "known");
  EXPECT_EQ(found.member, test::fake_observations({.seed = 2, .leak = 5}).member);
  EXPECT_GT(value_of(found, "all", "attack_success"), 0.9);
  EXPECT_GT(value_of(found, "exit=2", "auc"), 0.9);
  EXPECT_EQ(value_of(found, "null", "null_within"), 1);
  EXPECT_NEAR(value_of(found, "permutation=19", "attack_success"), 0.5, 0.08);
}

TEST_F(AttackStage, GivesTheSameBytesTwice) {
  write("shadow", {.seed = 1, .members = 60, .non_members = 60, .leak = 1});
  write("target", {.seed = 2, .members = 60, .non_members = 60, .leak = 1});
  for (const AttackRow& row : {kHybrid, kExitOnly}) {
    std::filesystem::remove(file("first"));
    std::filesystem::remove(file("second"));
    ASSERT_EQ(attack(row, "first").outcome, Outcome::kDone);
    ASSERT_EQ(attack(row, "second").outcome, Outcome::kDone);
    EXPECT_EQ(read_file(file("first")), read_file(file("second")));
  }
}

TEST_F(AttackStage, FailsBeforeTrainingWhereShadowAndTargetDisagree) {
  write("shadow", {.exits = 2});
  write("target", {.exits = 3});
  const JobResult result = attack(kHybrid, "verdicts", 100000);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("shadow record/shadow has 2 exits, target record/target has 3"));
  EXPECT_FALSE(std::filesystem::exists(file("verdicts")));
}

// Labels and losses are drawn here, so only scores and gradients show the leak.
TEST_F(AttackStage, MakesTheGradientAttack) {
  write("shadow", {.seed = 1, .members = 200, .non_members = 200, .leak = 5});
  write("target", {.seed = 2, .members = 200, .non_members = 200, .leak = 5});
  const JobResult result = attack({AttackKind::kGradient, ExitSource::kKnown, ShadowChoice::kSame}, "verdicts", 25, 16);
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_EQ(verdicts().attack, "gradient");
  EXPECT_EQ(verdicts().exit_source, "known");
  EXPECT_GT(value_of(verdicts(), "all", "auc"), 0.65);
}

// A thief that believes the truth gives what being told it gives, whatever the order of its rows.
TEST_F(AttackStage, JoinsPredictedExitsBySample) {
  const test::FakeObservations target{.seed = 2, .members = 60, .non_members = 60, .leak = 1};
  write("shadow", {.seed = 1, .members = 60, .non_members = 60, .leak = 1});
  write("target", target);
  write_stolen(test::fake_observations(target));
  ASSERT_EQ(attack(kHybrid, "told").outcome, Outcome::kDone);
  const JobResult result = attack({AttackKind::kScore, ExitSource::kPredicted, ShadowChoice::kSame}, "believed");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_EQ(schema::read_verdicts(ArtifactReader::open(file("believed"))).score,
            schema::read_verdicts(ArtifactReader::open(file("told"))).score);
}

TEST_F(AttackStage, NamesATargetSampleThatTheThiefKnowsNothingOf) {
  const test::FakeObservations target{.seed = 2};
  write("shadow", {.seed = 1});
  write("target", target);
  write_stolen(test::fake_observations(target), 1);
  const JobResult result = attack({AttackKind::kScore, ExitSource::kPredicted, ShadowChoice::kSame});
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("predict_exits/fake says nothing of the target's sample 0"));
}

// Behind a guard an adversary may train on what its thief says of its own shadow, whose truth it knows.
TEST_F(AttackStage, LearnsFromTheExitsThatItStoleFromItsOwnShadow) {
  const test::FakeObservations shadow{.seed = 1, .members = 60, .non_members = 60, .leak = 1};
  const test::FakeObservations target{.seed = 2, .members = 60, .non_members = 60, .leak = 1};
  write("shadow", shadow);
  write("target", target);
  write_stolen(test::fake_observations(target));
  constexpr AttackRow kStolen{AttackKind::kScore, ExitSource::kStolen, ShadowChoice::kSame};
  ASSERT_EQ(attack(kStolen, "taught by the truth").outcome, Outcome::kDone);
  write_stolen(test::fake_observations(shadow), 0, "stolen_from_shadow");
  ASSERT_EQ(attack(kStolen, "taught by a true thief").outcome, Outcome::kDone);
  schema::Observations wrong = test::fake_observations(shadow);
  std::ranges::fill(wrong.exit_taken, 0);
  write_stolen(wrong, 0, "stolen_from_shadow");
  ASSERT_EQ(attack(kStolen, "taught by a false thief").outcome, Outcome::kDone);
  const auto scores = [&](const std::string& name) {
    return schema::read_verdicts(ArtifactReader::open(file(name))).score;
  };
  EXPECT_EQ(scores("taught by a true thief"), scores("taught by the truth"));
  EXPECT_NE(scores("taught by a false thief"), scores("taught by the truth"));
}

TEST(Judge, SetsTheTruthBesideEachVerdict) {
  schema::Observations target = test::fake_observations({.members = 2, .non_members = 2, .exits = 2});
  target.exit_taken = {0, 1, 1, 0};
  target.label = {5, 5, 5, 5};
  target.prediction = {5, 0, 5, 0, 0, 5, 0, 5};
  const schema::Verdicts verdicts = judge(target, {0.9, 0.5, 0.51, 0.1}, {.exit_source = ExitSource::kKnown});
  EXPECT_EQ(verdicts.correct, (std::vector<std::uint8_t>{1, 0, 1, 0}));
  EXPECT_EQ(verdicts.decision, (std::vector<std::uint8_t>{1, 0, 1, 0}));
  EXPECT_EQ(verdicts.member, target.member);
  EXPECT_EQ(verdicts.index, target.index);
  EXPECT_EQ(verdicts.attack, "score");
  EXPECT_EQ(verdicts.exit_source, "known");
}

}  // namespace
}  // namespace exitaudit::attack
