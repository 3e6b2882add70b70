#include "report/tables/model_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ModelsTable, GivesAccuracyOverfittingCostAndTau) {
  const std::vector<std::string> vanilla{"shirts", "vgg16", "1",   "80.0 [77.0, 83.0]", "18.0 [15.0, 20.0]", "0.628",
                                         "0.630",  "450",   "1.00"};
  EXPECT_EQ(models_table(of(study_rows())).rows[0], vanilla);
}

TEST(ModelsTable, MarksAThresholdThatBreaksACondition) {
  std::vector<TableRow> rows = study_rows();
  EXPECT_THAT(models_table(of(rows)).notes, Not(Contains(HasSubstr("no threshold"))));
  for (TableRow& row : rows) {
    if (row.measurement.metric == "cheaper") row.measurement.value = 0;
    if (row.measurement.metric == "feasible" && row.exits == 3) row.measurement.value = 0;
  }
  const TextTable table = models_table(of(rows));
  EXPECT_EQ(table.rows[0].back(), "1.00");  // vanilla has nothing to be cheaper than
  EXPECT_EQ(table.rows[1].back(), "0.85*†");
  EXPECT_THAT(table.notes, Contains(HasSubstr("at a lower cost")));
  EXPECT_THAT(table.notes, Contains(HasSubstr("most accurate")));
}

TEST(ModelsTable, LeavesShadowsToTheCsv) {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(model_row(6, {"all", "test_accuracy", .5, .4, .6, 10}));
  rows.back().role = "shadow0";
  EXPECT_EQ(models_table(of(rows)).rows.size(), 2U);
}

TEST(ModelsTable, ShowsWhatIsMissingAsAHole) {
  const TextTable table = models_table(of({model_row(6, {"all", "tau", .5, kNaN, kNaN, 1})}));
  EXPECT_EQ(table.rows[0][3], "-");
}

TEST(ExitsTable, HasALineAnExit) {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(model_row(3, {"exit=1", "exit_share", .25, .2, .3, 450}));
  rows.push_back(model_row(3, {"exit=1", "non_member_share", kNaN, kNaN, kNaN, 0}));
  const TextTable table = exits_table(of(rows));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"shirts", "vgg16", "3", "1", "25.0", "-", "-", "n/a"}));
}

}  // namespace
}  // namespace exitaudit::report
