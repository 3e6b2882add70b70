#include "report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/csv.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ComparedRow compared(const Measurement& a, const Measurement& b) {
  return compare_tables({model_row(3, a)}, {model_row(3, b)}).at(0);
}

// Newcombe (1998), table II, (a): 48 of 80 and 56 of 70, each with Wilson's interval; method 10 gives 0.0524 to 0.3339.
TEST(CompareTables, GivesNewcombesPublishedInterval) {
  const ComparedRow row = compared({"all", "test_accuracy", .6, .49039, .70031, 80},  //
                                   {"all", "test_accuracy", .8, .69186, .87693, 70});
  EXPECT_NEAR(row.difference, .2, 1e-12);
  EXPECT_NEAR(row.interval.low, .0524, 1e-4);
  EXPECT_NEAR(row.interval.high, .3339, 1e-4);
  EXPECT_EQ(row.word(), "higher");
}

// By hand: a = 0.5 [0.4, 0.8], b = 0.1 [0.06, 0.13]. d = -0.4;
// low = -0.4 - sqrt(0.04^2 + 0.3^2), high = -0.4 + sqrt(0.03^2 + 0.1^2).
TEST(CompareTables, TakesEachSidesOwnLimit) {
  const ComparedRow row = compared({"all", "auc", .5, .4, .8, 10}, {"all", "auc", .1, .06, .13, 10});
  EXPECT_NEAR(row.interval.low, -.70265, 1e-5);
  EXPECT_NEAR(row.interval.high, -.29560, 1e-5);
  EXPECT_EQ(row.word(), "lower");
}

TEST(CompareTables, SeesNoDifferenceWhereTheIntervalHoldsZero) {
  EXPECT_EQ(compared({"all", "auc", .5, .4, .6, 10}, {"all", "auc", .55, .45, .65, 10}).word(), "no difference seen");
}

TEST(CompareTables, GivesNoIntervalAndNoWordWhereASideHasNone) {
  const ComparedRow row =
      compared({"all", "ops_corrected", 6e8, kNaN, kNaN, 10}, {"all", "ops_corrected", 5e8, 4e8, 6e8, 10});
  EXPECT_EQ(row.difference, -1e8);
  EXPECT_TRUE(std::isnan(row.interval.low) && std::isnan(row.interval.high));
  EXPECT_EQ(row.word(), "");
  const ComparedRow unknown = compared({"all", "auc", kNaN, kNaN, kNaN, 10}, {"all", "auc", .5, .4, .6, 10});
  EXPECT_TRUE(std::isnan(unknown.difference));
  EXPECT_EQ(unknown.word(), "");
}

TEST(CompareTables, JoinsOnEveryAxis) {
  const TableRow row = attack_row(3, "score", "known", {"all", "auc", .5, .4, .6, 10});
  std::vector<TableRow> others(10, row);
  others[0].dataset = "x";
  others[1].network = "x";
  others[2].exits = 4;
  others[3].seed = 2;
  others[4].role = "shadow0";
  others[5].attack = "gradient";
  others[6].exit_source = "none";
  others[7].shadow = "networks";
  others[8].measurement.slice = "exit=0";
  others[9].measurement.metric = "attack_success";
  for (const TableRow& other : others) {
    const std::vector<ComparedRow> rows = compare_tables({row}, {other});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_TRUE(rows[0].a && !rows[0].b);
    EXPECT_TRUE(!rows[1].a && rows[1].b);
  }
  TableRow other_job = row;
  other_job.job = "attack/y";
  EXPECT_EQ(compare_tables({row}, {other_job}).size(), 1U);
}

TEST(CompareTables, JoinsWhatAgreesInAllAxesInOrder) {
  const TableRow one = model_row(1, {"all", "auc", .1, 0, 1, 1});
  const TableRow two = model_row(1, {"all", "auc", .2, 0, 1, 1});
  const std::vector<ComparedRow> rows = compare_tables({one, two}, {one, two, two});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].difference, 0);
  EXPECT_EQ(rows[1].difference, 0);
  EXPECT_FALSE(rows[2].in_both());
  EXPECT_EQ(rows[2].b->value, .2);
}

TEST(ComparisonTable, HasALineAFigureUnderItsSubject) {
  std::vector<TableRow> b = study_rows();
  for (TableRow& row : b) {
    if (row.attack == "exit_only" && row.measurement.metric == "auc")
      row.measurement = {"all", "auc", .37, .34, .40, 900};
  }
  const TextTable table = comparison_table(compare_tables(study_rows(), b), {"auc", "ops_corrected"});
  EXPECT_THAT(table.rows,
              Contains(ElementsAre("shirts · vgg16 · 3 exits · exit_only, exit known", "auc", ".570 [.540, .600]",
                                   ".370 [.340, .400]", "-.200 [-.242, -.158]", "lower")));
  EXPECT_THAT(table.rows, Contains(ElementsAre("shirts · vgg16 · 1 exit · target", "ops_corrected", "6.3e+08",
                                               "6.3e+08", ".000", "")));
  EXPECT_EQ(table.rows.size(), 6U);
  EXPECT_THAT(table.notes, Contains("5 of 6 figures are equal in every digit."));
}

TEST(ComparisonTable, WritesThreeDigits) {
  const auto cells = [](double a, double b) {
    const Measurement with_a{"all", "x", a, kNaN, kNaN, 1};
    const TextTable table = comparison_table({compared(with_a, {"all", "x", b, kNaN, kNaN, 1})}, {});
    return std::vector<std::string>(table.rows.at(0).begin() + 2, table.rows.at(0).begin() + 5);
  };
  EXPECT_THAT(cells(.1234, -.1), ElementsAre(".123", "-.100", "-.223"));
  EXPECT_THAT(cells(.0001, .0002), ElementsAre(".000", ".000", ".000"));
  EXPECT_THAT(cells(1.5, 23.456), ElementsAre("1.500", "23.5", "+22.0"));
  EXPECT_THAT(cells(54107, 6.283e8), ElementsAre("54107", "6.28e+08", "+6.28e+08"));
  EXPECT_THAT(cells(kNaN, 1), ElementsAre("n/a", "1.000", "n/a"));
}

TEST(ComparisonTable, PutsMeansLastAndShowsShadowsOnRequest) {
  std::vector<TableRow> rows{model_row(0, {"mean over exits", "auc", .5, .4, .6, 2}),
                             model_row(2, {"all", "auc", .5, .4, .6, 2}),
                             model_row(2, {"exit=1", "auc", .5, .4, .6, 2})};
  rows.push_back(rows[1]);
  rows.back().role = "shadow0";
  const std::vector<ComparedRow> same = compare_tables(rows, rows);
  const TextTable usual = comparison_table(same, {"auc"});
  ASSERT_EQ(usual.rows.size(), 2U);
  EXPECT_EQ(usual.rows[0][0], "shirts · vgg16 · 2 exits · target");
  EXPECT_EQ(usual.rows[1][0], "shirts · vgg16 · mean over exits · target");
  EXPECT_EQ(comparison_table(same, {}).rows.size(), 3U);
}

TEST(UnmatchedTable, NamesWhatOneStudyHasAlone) {
  std::vector<TableRow> a = study_rows();
  a.push_back(model_row(6, {"all", "tau", .5, kNaN, kNaN, 1}));
  a.push_back(model_row(6, {"exit=0", "exit_share", .5, kNaN, kNaN, 1}));
  const TextTable table = unmatched_table(compare_tables(a, study_rows()));
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("A", "shirts · vgg16 · 6 exits · target", "2")));
  EXPECT_TRUE(unmatched_table(compare_tables(a, a)).rows.empty());
}

TEST(UnmatchedTable, CountsWhatItDoesNotName) {
  std::vector<TableRow> b;
  for (std::int64_t exits = 10; exits < 35; ++exits) b.push_back(model_row(exits, {"all", "tau", .5, kNaN, kNaN, 1}));
  const TextTable table = unmatched_table(compare_tables({}, b));
  EXPECT_EQ(table.rows.size(), 20U);
  EXPECT_THAT(table.notes, ElementsAre(HasSubstr("B: 5 more, with 5 rows")));
}

TEST(SettingsTable, SaysWhatIsNotThere) {
  EXPECT_THAT(settings_table({{"train.epochs", "80", "5"}, {"axes.1.seed", "", "[1]"}}).rows,
              ElementsAre(ElementsAre("train.epochs", "80", "5"), ElementsAre("axes.1.seed", "(not there)", "[1]")));
}

TEST(ComparisonCsv, HoldsEveryRowInFull) {
  const TableRow a = attack_row(3, "score", "known", {"exit=2", "auc", 0.1 + 0.2, .25, .5, 12});
  const TableRow b = attack_row(3, "score", "known", {"exit=2", "auc", .5, kNaN, kNaN, 13});
  TableRow study = a;  // a check of the whole study: no dataset
  study.dataset = study.network = study.attack = study.exit_source = study.shadow = "";
  study.exits = 0;
  study.seed = -1;
  study.measurement = {"check", "check_models", 1, kNaN, kNaN, 8};
  EXPECT_EQ(
      comparison_csv(compare_tables({a}, {b, study})),
      "dataset,network,exits,seed,role,attack,exit_source,shadow,slice,metric,found_in,a,a_low,a_high,a_n,b,b_low,"
      "b_high,b_n,difference,low,high,word\n"
      "shirts,vgg16,3,1,,score,known,same,exit=2,auc,both,0.30000000000000004,0.25,0.5,12,0.5,,,13,"
      "0.19999999999999996,,,\n"
      ",,,,,,,,check,check_models,b,,,,,1,,,8,,,,\n");
}

}  // namespace
}  // namespace exitaudit::report
