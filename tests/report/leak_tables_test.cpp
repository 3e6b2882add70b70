#include "report/tables/leak_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/text_width.h"
#include "report/report.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

std::vector<TableRow> characterized_rows() {
  std::vector<TableRow> rows = study_rows();
  for (const std::int64_t exits : {std::int64_t{1}, std::int64_t{3}}) {
    for (const Measurement& m : {Measurement{"all", "js_divergence", .25, .2, .3, 900},
                                 {"all", "mean_loss_members", .012, .01, .02, 450},
                                 {"all", "mean_loss_non_members", 1.5, 1.2, 1.8, 450},
                                 {"all", "calibration_error_non_members", .123, kNaN, kNaN, 450},
                                 {"all", "calibration_error_members", .01, kNaN, kNaN, 450},
                                 {"exit=0", "js_divergence", -.0042, -.01, .01, 600},
                                 {"exit=0", "non_member_share", .4, .3, .5, 600},
                                 {"exit=0", "calibration_error_non_members", .05, kNaN, kNaN, 450}}) {
      rows.push_back(model_row(exits, m));
    }
  }
  for (const Measurement& m : {Measurement{"exit=1", "js_divergence", kNaN, kNaN, kNaN, 0},
                               {"exit=1", "non_member_share", kNaN, kNaN, kNaN, 0},
                               {"exit=1", "calibration_error_non_members", .06, kNaN, kNaN, 450},
                               {"exit=2", "js_divergence", .5, .4, .6, 300},
                               {"exit=2", "non_member_share", .7, .6, .8, 300},
                               {"exit=2", "calibration_error_non_members", .07, kNaN, kNaN, 450},
                               {"all", "overthinking_wasteful_non_members", .6, .5, .7, 450},
                               {"all", "overthinking_destructive_non_members", .1, .08, .12, 450}}) {
    rows.push_back(model_row(3, m));
  }
  return rows;
}

TEST(LeakTable, SetsOverfittingDivergenceAndUseOfExitsSideBySide) {
  const std::vector<std::string> row{
      "shirts",         "vgg16",        "3", "17.0 [14.0, 19.0]", ".250 [.200, .300]", "0.01", "1.50",
      "-.004 n/a .500", "40.0 n/a 70.0"};
  EXPECT_EQ(leak_table(of(characterized_rows())).rows[1], row);
}

TEST(LeakTable, IsEmptyWhereNothingWasCharacterized) {
  EXPECT_TRUE(leak_table(of(study_rows())).rows.empty());
  EXPECT_TRUE(answers_table(of(study_rows())).rows.empty());
}

TEST(LeakTable, FitsATerminalWithThreeExits) {
  const std::string text = terminal_report(of(characterized_rows()), make_contents(of(characterized_rows()), {}));
  EXPECT_NE(text.find("Why it leaks"), std::string::npos);
  for (const std::string& line : lines_with(text, "")) EXPECT_LE(text_width(line), 100U) << line;
}

TEST(AnswersTable, HasNoOverthinkingForOneExit) {
  const TextTable table = answers_table(of(characterized_rows()));
  const std::vector<std::string> vanilla{"shirts", "vgg16", "1", "12.3", "1.0", "5.0", "", "", "450"};
  const std::vector<std::string> multi{
      "shirts", "vgg16", "3", "12.3", "1.0", "5.0 6.0 7.0", "60.0 [50.0, 70.0]", "10.0 [8.0, 12.0]", "450"};
  EXPECT_EQ(table.rows[0], vanilla);
  EXPECT_EQ(table.rows[1], multi);
}

}  // namespace
}  // namespace exitaudit::report
