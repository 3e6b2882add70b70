#include "stages/tabulate/checks.h"

#include <gtest/gtest.h>

#include "tests/support/fake_observations.h"

namespace exitaudit::tabulate {
namespace {

schema::Partition partition() {
  return {.target = {.members = {0, 1, 2}, .non_members = {3, 4}, .calibration = {5}},
          .shadow = {.members = {6, 7, 8}, .non_members = {9, 10}, .calibration = {11}},
          .calibration_shared = false};
}

TabulateSource source(const std::string& noun, const std::string& role = "", std::int64_t exits = 2) {
  TabulateSource made;
  made.input = noun + "/d/n";
  made.noun = noun;
  made.dataset = "d";
  made.network = noun == "partition" ? "" : "n";
  made.exits = noun == "partition" ? 0 : exits;
  made.role = role;
  return made;
}

/// Members 0, 1 and non-members 3, 4 of the target.
schema::Observations target() {
  schema::Observations o = test::fake_observations({.members = 2, .non_members = 2, .exits = 2});
  o.index = {0, 3, 1, 4};
  o.member = {1, 0, 1, 0};
  o.checked_twice = 4;
  return o;
}

schema::Verdicts verdicts_on(const schema::Observations& o) {
  schema::Verdicts v;
  v.index = o.index;
  v.member = o.member;
  v.label = o.label;
  v.exit = o.exit_taken;
  return v;
}

schema::Measurement find(const std::vector<schema::TableRow>& rows, const std::string& metric) {
  for (const auto& row : rows)
    if (row.measurement.metric == metric) return row.measurement;
  ADD_FAILURE() << "no " << metric;
  return {};
}

TEST(Disjoint, SeesASampleThatStandsInTwoParts) {
  EXPECT_TRUE(disjoint(partition()));
  for (const auto add : {+[](schema::Partition& p) { p.shadow.non_members.push_back(0); },
                         +[](schema::Partition& p) { p.target.calibration.push_back(4); },
                         +[](schema::Partition& p) { p.shadow.calibration.push_back(1); }}) {
    schema::Partition overlapping = partition();
    add(overlapping);
    EXPECT_FALSE(disjoint(overlapping));
  }
}

TEST(Disjoint, AllowsACalibrationShareThatIsTheTestPart) {
  schema::Partition shared = partition();
  shared.calibration_shared = true;
  shared.target.calibration = shared.target.non_members;
  EXPECT_TRUE(disjoint(shared));
}

TEST(AsSplit, SeesAMemberThatIsNoneAndACalibrationSample) {
  EXPECT_TRUE(as_split(target(), partition().target));
  EXPECT_FALSE(as_split(target(), partition().shadow));
  schema::Observations turned = target();
  turned.member[0] = 0;
  EXPECT_FALSE(as_split(turned, partition().target));
  schema::Observations calibration = target();
  calibration.index[3] = 5;
  EXPECT_FALSE(as_split(calibration, partition().target));
}

TEST(Checks, PassWhereAllIsAsItShouldBe) {
  Checks checks;
  checks.see(source("partition"), partition());
  checks.see(source("observations", "target"), target());
  schema::Observations shadow = target();
  shadow.index = {6, 9, 7, 10};
  checks.see(source("observations", "shadow0"), shadow);
  schema::Verdicts some = verdicts_on(target());  // an attack on part of the samples, in another order
  checks.see(source("verdicts"), some);
  std::swap(some.index[0], some.index[3]);
  std::swap(some.member[0], some.member[3]);
  std::swap(some.label[0], some.label[3]);
  std::swap(some.exit[0], some.exit[3]);
  for (auto* column : {&some.label, &some.exit}) column->pop_back();
  some.index.pop_back();
  some.member.pop_back();
  checks.see(source("verdicts"), some);
  TabulateJob job;
  job.models = 2;
  job.recipes = {{.job = "train/d/n/shadow0", .dataset = "d", .network = "n", .exits = 2, .differences = ""}};
  const auto rows = checks.rows(job);
  EXPECT_EQ(rows.size(), 8U);  // partition; mode and split of two recordings; verdicts; recipe; models
  for (const auto& row : rows) {
    EXPECT_EQ(row.measurement.value, 1) << row.measurement.metric;
    EXPECT_EQ(row.measurement.slice, "check");
    EXPECT_EQ(row.attack, "");
  }
  EXPECT_EQ(find(rows, "check_joined_by_index").n, 2);
  EXPECT_EQ(find(rows, "check_models").n, 2);
  EXPECT_EQ(find(rows, "check_evaluation_mode").n, 4);
}

TEST(Checks, SeeVerdictsThatAreJoinedByPosition) {
  Checks checks;
  checks.see(source("observations", "target"), target());
  schema::Verdicts shifted = verdicts_on(target());
  std::rotate(shifted.member.begin(), shifted.member.begin() + 1, shifted.member.end());
  checks.see(source("verdicts"), verdicts_on(target()));
  checks.see(source("verdicts"), shifted);
  EXPECT_EQ(find(checks.rows({}), "check_joined_by_index").value, 0);
}

TEST(Checks, SeeVerdictsOfAnotherModel) {
  Checks checks;
  checks.see(source("observations", "target", 2), target());
  checks.see(source("verdicts", "", 3), verdicts_on(target()));
  EXPECT_EQ(find(checks.rows({}), "check_joined_by_index").value, 0);
}

TEST(Checks, DoNotJudgeVerdictsOnAModelWhoseRecordingIsNotThere) {
  Checks checks;
  checks.miss(source("observations", "target"));
  TabulateSource attack = source("verdicts");
  attack.attack = "score";
  checks.see(attack, verdicts_on(target()));
  EXPECT_TRUE(checks.rows({}).empty());
}

TEST(Checks, SeeAModelThatIsMissingAndARecipeThatDiffers) {
  Checks checks;
  checks.see(source("observations", "target"), target());
  TabulateJob job;
  job.models = 2;
  job.recipes = {{.job = "train/d/n/shadow0", .dataset = "d", .network = "n", .differences = "train.epochs"}};
  const auto rows = checks.rows(job);
  EXPECT_EQ(find(rows, "check_models").value, 0);
  EXPECT_EQ(find(rows, "check_models").n, 1);
  EXPECT_EQ(find(rows, "check_same_recipe").value, 0);
}

TEST(Checks, SeeARecordingThatWasNotAnsweredTwice) {
  Checks checks;
  schema::Observations once = target();
  once.checked_twice = 0;
  checks.see(source("observations", "target"), once);
  EXPECT_EQ(find(checks.rows({}), "check_evaluation_mode").value, 0);
}

}  // namespace
}  // namespace exitaudit::tabulate
