#include "report/tables/checks_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/terminal.h"
#include "report/formats/text_width.h"
#include "report/report.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<TableRow> checked_rows() {
  std::vector<TableRow> rows = study_rows();
  const auto add = [&](const std::string& metric, double value, std::int64_t n, const std::string& job) {
    rows.push_back({"shirts", "vgg16", 3, 1, "", "", "", "", job, {"check", metric, value, kNaN, kNaN, n}});
  };
  add("check_partition_disjoint", 1, 400, "split/shirts");
  add("check_models", 1, 4, "tabulate/all");
  add("check_same_recipe", 1, 1, "train/shirts/exits1");
  add("check_same_recipe", 1, 1, "train/shirts/exits3");
  return rows;
}

TEST(ChecksTable, ListsEachCheckWithItsResultAndLooks) {
  const TextTable table = checks_table(checked_rows());
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_THAT(table.rows[0], ElementsAre(HasSubstr("disjoint"), "passed", "1"));
  EXPECT_THAT(table.rows[1], ElementsAre(HasSubstr("a shadow is trained as its target"), "passed", "2"));
  EXPECT_THAT(table.rows[2], ElementsAre(HasSubstr("every model"), "passed", "4"));
  EXPECT_THAT(table.rows[3], ElementsAre(HasSubstr("permuted members"), "passed", "4"));
  EXPECT_TRUE(table.notes.empty());
}

TEST(ChecksTable, NamesWhatFailed) {
  std::vector<TableRow> rows = checked_rows();
  rows.back().measurement.value = 0;
  const TextTable table = checks_table(rows);
  EXPECT_EQ(table.rows[1][1], "FAILED");
  EXPECT_EQ(table.rows[0][1], "passed");
  EXPECT_THAT(table.notes, ElementsAre(HasSubstr("do not trust what depends on it: a shadow is trained as its target "
                                                 "is, but for its data (train/shirts/exits3)")));
}

TEST(ChecksTable, IsEmptyWhereNothingWasChecked) {
  EXPECT_TRUE(checks_table({}).rows.empty());
}

TEST(ChecksTable, StandsInBothReportsAndFitsATerminal) {
  const StudyResults input = of(checked_rows());
  EXPECT_THAT(markdown_report(input, make_contents(input, {})), HasSubstr("## Checks"));
  EXPECT_THAT(terminal_report(input, make_contents(input, {})), HasSubstr("\nChecks\n"));
  for (const std::string& line : lines_with(terminal_report(input, make_contents(input, {})), ""))
    EXPECT_LE(text_width(line), 100U) << line;
}

}  // namespace
}  // namespace exitaudit::report
