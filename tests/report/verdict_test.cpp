#include "report/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/study_maker.h"

namespace exitaudit::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

StudyMaker small_study() {
  StudyMaker study("shirts", "vgg16");
  study.attack(1, "score", "none", .71, .03).attack(3, "score", "none", .61, .03);
  study.attack(3, "score", "known", .70, .03).attack(3, "exit_only", "known", .55, .03);
  study.add(attack_row(3, "score", "none", {"null", "null_within", 1, kNaN, kNaN, 20}));
  study.add(
      {"shirts", "vgg16", 3, 1, "", "", "", "", "split/x", {"check", "check_partition_disjoint", 1, kNaN, kNaN, 4}});
  study.expect(3, "verdicts", "score", "none", ResultState::kThere);
  return study;
}

TEST(Verdict, SaysHowMuchTheBestAttackTells) {
  const auto sentences = verdict_sentences(StudyView(small_study().done()));
  EXPECT_EQ(sentences[0],
            "The best original attack tells members from others in 71.0 [68.0, 74.0] % (score original), shirts/vgg16 "
            "with 1 exit, above chance (50 %), the highest of 2; no attack that uses exits does better.");
}

TEST(Verdict, SaysWhatTheExitsAdd) {
  const auto sentences = verdict_sentences(StudyView(small_study().done()));
  EXPECT_THAT(
      sentences[1],
      AllOf(HasSubstr("1 of 1 surely beats the same attack without it; the largest gain is +9.0 [+4.8, +13.2] points"),
            HasSubstr("1 of 1 surely beats the exit alone; the largest gain is +15.0 [")));
  StudyMaker without("shirts", "vgg16");
  without.attack(1, "score", "none", .71, .03);
  EXPECT_THAT(verdict_sentences(StudyView(without.done()))[1], HasSubstr("not known: no model was attacked both"));
}

TEST(Verdict, SaysThatNothingUnderminesIt) {
  EXPECT_EQ(verdict_sentences(StudyView(small_study().done()))[2],
            "Nothing found undermines this: 1 check and 1 null test passed, and no result is missing.");
}

TEST(Verdict, NamesWhatUnderminesIt) {
  StudyMaker study = small_study();
  study.add({"shirts", "vgg16", 3, 1, "", "", "", "", "x", {"check", "check_same_recipe", 0, kNaN, kNaN, 1}});
  study.add(attack_row(3, "score", "known", {"null", "null_within", 0, kNaN, kNaN, 20}));
  study.expect(6, "verdicts", "score", "none", ResultState::kFailed);
  study.attack(6, "score", "none", .60, .13);
  const std::string doubts = verdict_sentences(StudyView(study.done()))[2];
  EXPECT_THAT(doubts, HasSubstr("1 check FAILED (check_same_recipe of shirts/vgg16/exits3)"));
  EXPECT_THAT(doubts, HasSubstr("1 null test FAILED (score hybrid of shirts/vgg16/exits3)"));
  EXPECT_THAT(doubts, HasSubstr("1 of 2 results are not there"));
  EXPECT_THAT(doubts, HasSubstr("1 of 5 attacks judged too few samples to be told within 5 points (at worst 13.0"));
}

TEST(Verdict, IsHonestWithFewResults) {
  const auto sentences = verdict_sentences(StudyView(StudyResults{}));
  EXPECT_EQ(sentences[0], "No attack was made, so nothing is known of a leak.");
  EXPECT_THAT(sentences[2], HasSubstr("no check of the audit itself was made"));
  StudyMaker chance("shirts", "vgg16");
  chance.attack(1, "score", "none", .51, .03);
  EXPECT_THAT(verdict_sentences(StudyView(chance.done()))[0], HasSubstr("not to be told from chance"));
}

TEST(Verdict, LeavesNoiseGuardsAndForeignShadowsOut) {
  StudyMaker study = small_study();
  study.attack(3, "score", "stolen/copies=1/guard=3", .99, .001);
  study.attack(3, "score", "none", .98, .001, "all", "shirts.resnet56");
  EXPECT_THAT(verdict_sentences(StudyView(study.done()))[0],
              AllOf(HasSubstr("71.0"), Not(HasSubstr("99")), Not(HasSubstr("98"))));
}

}  // namespace
}  // namespace exitaudit::report
