#include "report/gates/gates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/study_maker.h"

namespace exitaudit::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Gate gate(int number, const StudyResults& results) {
  const std::vector<Gate> gates = judge_gates(StudyView(results));
  EXPECT_EQ(gates.size(), 11U);
  EXPECT_EQ(gates[static_cast<std::size_t>(number - 1)].number, number);
  return gates[static_cast<std::size_t>(number - 1)];
}

Difference of(double value, double half) {
  return {value, {value - half, value + half}};
}

TEST(Decision, GoesByTheInterval) {
  EXPECT_EQ(is_above(of(.03, .02)), Decision::kHolds);
  EXPECT_EQ(is_above(of(.01, .02)), Decision::kUndecided);
  EXPECT_EQ(is_above(of(-.03, .02)), Decision::kDoesNotHold);
  EXPECT_EQ(is_below(of(-.03, .02)), Decision::kHolds);
  EXPECT_EQ(is_within(of(.005, .01), .02), Decision::kHolds);
  EXPECT_EQ(is_within(of(.02, .01), .02), Decision::kUndecided);
  EXPECT_EQ(is_within(of(.05, .01), .02), Decision::kDoesNotHold);
  EXPECT_EQ(is_above({.5, statistics::no_interval()}), Decision::kUndecided);
  EXPECT_EQ(all_of({Decision::kHolds, Decision::kUndecided}), Decision::kUndecided);
  EXPECT_EQ(all_of({Decision::kUndecided, Decision::kDoesNotHold}), Decision::kDoesNotHold);
  EXPECT_EQ(all_of({}), Decision::kUndecided);
}

TEST(Gates, HoldWhereEveryClaimDoesAndAreUndecidedWithoutTheRuns) {
  const StudyResults results = agreeing_study().done();
  for (const Gate& g : judge_gates(StudyView(results))) {
    const bool clocked = g.number == 7 || g.number == 8 || g.number == 10;
    EXPECT_EQ(g.verdict, clocked ? Decision::kUndecided : Decision::kHolds) << g.number << ": " << g.evidence;
    if (clocked) {
      EXPECT_THAT(g.evidence, HasSubstr("nothing to judge it by")) << g.number;
    }
  }
  for (const Gate& g : judge_gates(StudyView(StudyResults{}))) EXPECT_EQ(g.verdict, Decision::kUndecided) << g.number;
}

TEST(Gates, SayWhichRunsAreMissing) {
  EXPECT_THAT(gate(8, agreeing_study().done()).evidence, HasSubstr("`shadow: networks`"));
  EXPECT_THAT(gate(7, agreeing_study().done()).evidence, HasSubstr("copies_per_device: [1, 4]"));
}

TEST(Gates, CountSubjectsAndShowTheOneThatContradicts) {
  StudyResults results = agreeing_study().done();
  StudyMaker other("locations", "fcn18_1");
  other.model(1, "tau", 1, -1).attack(1, "score", "none", .60, .01);
  other.attack(2, "score", "none", .65, .01).attack(4, "score", "none", .66, .01);
  for (const TableRow& row : other.done().rows) results.rows.push_back(row);
  const Gate original = gate(2, results);
  EXPECT_EQ(original.verdict, Decision::kDoesNotHold);
  EXPECT_THAT(original.evidence, AllOf(HasSubstr("holds on 3 of 4, does not on 1"),
                                       HasSubstr("score-based on locations/fcn18_1"), HasSubstr("difference +5.5 [")));
}

TEST(Gates, AreUndecidedWhereMeasuringHidesTheOrder) {
  StudyMaker study("cifar10", "vgg16");
  for (const std::int64_t exits : {1, 2, 4, 6}) study.model(exits, "js_divergence", exits == 2 ? .31 : .30, .05);
  const Gate divergence = gate(3, study.done());
  EXPECT_EQ(divergence.verdict, Decision::kUndecided);
  EXPECT_THAT(divergence.evidence, HasSubstr("undecided on 1"));
}

TEST(Gates, SeeWhatIsNotMonotone) {
  StudyMaker study("cifar10", "vgg16");
  study.model(1, "tau", 1, -1).model(4, "tau", 1, -1);
  const double shares[] = {.6, .5, .4, .3};
  for (int exit = 0; exit < 4; ++exit) {
    study.model(4, "non_member_share", shares[exit], .01, "exit=" + std::to_string(exit));
  }
  EXPECT_EQ(gate(4, study.done()).verdict, Decision::kDoesNotHold);
}

TEST(Gates, FindThatGainsAreNotInThePapersOrder) {
  StudyMaker study("cifar10", "vgg16");
  study.model(1, "tau", 1, -1);
  for (const std::int64_t exits : {2, 4}) {
    study.attack(exits, "score", "none", .60, .005).attack(exits, "score", "known", .70, .005);
    study.attack(exits, "label_only", "none", .60, .005).attack(exits, "label_only", "known", .62, .005);
  }
  const Gate gains = gate(6, study.done());
  EXPECT_EQ(gains.verdict, Decision::kDoesNotHold);
  EXPECT_THAT(gains.evidence, HasSubstr("Label-only gains more than score-based: holds on 0 of 1, does not on 1"));
}

StudyMaker clocked(double alone, double loaded, double slow_attack) {
  StudyMaker study("cifar10", "resnet56");
  study.model(1, "tau", 1, -1).model(6, "tau", 1, -1);
  for (const std::int64_t exits : {4, 6}) {
    const double e = exits == 4 ? 0 : .001;
    study.clock(exits, "stolen/copies=1", "exit_accuracy", alone + e / 10, .001);
    study.clock(exits, "stolen/copies=4", "exit_accuracy", loaded + e, .02);
    study.attack(exits, "score", "none", .60 + e, .005).attack(exits, "score", "known", .70 + e, .005);
    study.attack(exits, "score", "stolen/copies=1", .70 + e, .005);
    study.attack(exits, "score", "stolen/copies=4", slow_attack + e, .005);
  }
  return study;
}

TEST(ClockGate, HoldsWhereLoadCostsTheAttackAPart) {
  const Gate stolen = gate(7, clocked(.999, .80, .65).done());
  EXPECT_EQ(stolen.verdict, Decision::kHolds) << stolen.evidence;
}

TEST(ClockGate, DoesNotHoldWhereLoadHelps) {
  const Gate stolen = gate(7, clocked(.995, .80, .75).done());
  EXPECT_EQ(stolen.verdict, Decision::kDoesNotHold) << stolen.evidence;
}

TEST(ClockGate, JudgesAdversary2OnlyWhereExitsAreToldRightly) {
  EXPECT_THAT(gate(7, clocked(.9, .80, .65).done()).evidence,
              HasSubstr("exit accuracy is at least 99 %: nothing to judge it by"));
}

StudyMaker guarded(double unguarded, double far, double time) {
  StudyMaker study("cifar10", "resnet56");
  study.model(1, "tau", 1, -1).model(6, "tau", 1, -1);
  study.attack(6, "score", "none", .60, .005).attack(6, "score", "stolen/copies=1", unguarded, .005);
  study.attack(6, "score", "stolen/copies=1/guard=0.1", unguarded, .005);
  study.attack(6, "score", "stolen/copies=1/guard=3", far, .005);
  for (const char* source : {"copies=1/guard=0.1", "copies=1/guard=3"}) {
    study.clock(6, source, "mean_ms_guarded", time, .01).clock(6, source, "mean_ms_max_delay", 5, .01);
  }
  return study;
}

TEST(GuardGate, HoldsWhereTheHybridMeetsTheOriginal) {
  EXPECT_EQ(gate(10, guarded(.70, .598, 4).done()).verdict, Decision::kHolds);
}

TEST(GuardGate, DoesNotHoldWhereNoSigmaSuffices) {
  const Gate guard = gate(10, guarded(.70, .65, 4).done());
  EXPECT_EQ(guard.verdict, Decision::kDoesNotHold) << guard.evidence;
  EXPECT_THAT(guard.evidence, HasSubstr("at the largest sigma"));
}

TEST(GuardGate, IsUndecidedWhereThereWasNothingToHide) {
  EXPECT_EQ(gate(10, guarded(.601, .598, 4).done()).verdict, Decision::kUndecided);
}

TEST(GuardGate, HoldsTheTimeAgainstTmaxOnlyUnderACap) {
  StudyResults slow = guarded(.70, .598, 6).done();
  EXPECT_EQ(gate(10, slow).verdict, Decision::kHolds);
  EXPECT_THAT(gate(10, slow).evidence, HasSubstr("not promised without a cap"));
  slow.settings = "guard_time:\n  sigma_ms: [0.1, 3]\n  cap: max\n";
  EXPECT_EQ(gate(10, slow).verdict, Decision::kDoesNotHold);
}

TEST(Adversary3Gate, AsksForGainAndForFlatness) {
  StudyMaker study("cifar100", "wide_resnet32");
  study.model(1, "tau", 1, -1);
  for (const std::int64_t exits : {2, 6}) {
    for (const auto& [shadow, extra] : {std::pair{"cifar100.vgg16", 0.0}, {"cifar100.resnet56", .002}}) {
      study.attack(exits, "score", "none", .72 + extra, .005, "all", shadow);
      study.attack(exits, "score", "stolen/copies=1", .79 + extra, .005, "all", shadow);
    }
  }
  const Gate third = gate(8, study.done());
  EXPECT_EQ(third.verdict, Decision::kHolds) << third.evidence;
  EXPECT_THAT(third.evidence, HasSubstr("holds on 2 of 2"));
}

TEST(GatesTable, HasALineAGate) {
  const TextTable table = gates_table(judge_gates(StudyView(agreeing_study().done())));
  ASSERT_EQ(table.rows.size(), 11U);
  EXPECT_EQ(table.rows[0][2], "holds");
  EXPECT_EQ(table.rows[6][2], "undecided");
}

}  // namespace
}  // namespace exitaudit::report
