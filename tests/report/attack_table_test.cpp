#include "report/attack_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> column(const TextTable& table, std::size_t place) {
  std::vector<std::string> cells;
  for (const auto& row : table.rows) cells.push_back(row[place]);
  return cells;
}

TEST(AttackTable, ListsOriginalThenHybridThenControl) {
  EXPECT_EQ(column(attack_table(study_rows()), 3),
            (std::vector<std::string>{"score original", "score original", "score hybrid", "exit only"}));
}

TEST(AttackTable, ShowsAMissingResultAsAHoleAndCountsIt) {
  std::vector<TableRow> rows = study_rows();
  add_model(rows, 6, .79, .9);
  add_attack(rows, 6, "score", "none", .6);
  const TextTable table = attack_table(rows);
  ASSERT_EQ(table.rows.size(), 7U);
  const std::vector<std::string> hole{"shirts", "vgg16", "6", "exit only", "known", "-", "-", "-", "-", "-", "-"};
  EXPECT_EQ(table.rows.back(), hole);
  EXPECT_THAT(table.notes, Contains(HasSubstr("missing, 2 of 7 attack results")));
}

TEST(AttackTable, HasNoHoleWhereAnAttackDoesNotApply) {
  const TextTable table = attack_table(study_rows());
  EXPECT_EQ(table.rows.size(), 4U);  // no hybrid on one exit
  EXPECT_THAT(table.notes, Not(Contains(HasSubstr("missing"))));
}

TEST(AttackTable, SaysWhyATruePositiveRateIsNotAvailable) {
  const TextTable table = attack_table(study_rows());
  EXPECT_EQ(table.rows[0][9], "n/a");
  EXPECT_THAT(table.notes, Contains(HasSubstr("1/450 = 0.22 %")));
}

TEST(AttackTable, SaysWhatTheSuccessOfALabelOnlyHybridIs) {
  std::vector<TableRow> rows = study_rows();
  add_attack(rows, 3, "label_only", "none", .6);
  EXPECT_THAT(attack_table(rows).notes, Not(Contains(HasSubstr("mean over the exits"))));
  add_attack(rows, 3, "label_only", "known", .7);
  EXPECT_THAT(attack_table(rows).notes, Contains(HasSubstr("plain mean over the exits")));
}

TEST(AttackTable, TellsWhatTheNullCheckSaid) {
  std::vector<TableRow> rows = study_rows();
  EXPECT_THAT(attack_table(rows).notes, Contains(HasSubstr("Null check: passed. Judged against 20 permutations")));
  for (TableRow& row : rows) {
    if (row.measurement.metric == "null_within" && row.attack == "exit_only") row.measurement.value = 0;
  }
  EXPECT_THAT(attack_table(rows).notes,
              Contains(HasSubstr("NULL CHECK FAILED, do not trust these figures of: shirts/vgg16/exits3 exit only.")));
  std::erase_if(rows, [](const TableRow& row) { return row.measurement.metric == "null_within"; });
  EXPECT_THAT(attack_table(rows).notes, Contains(HasSubstr("none was made")));
}

TEST(AttackTable, ShowsMeansWithTheirDeviationsAfterWhatTheyAverage) {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(attack_row(0, "score", "none", {"mean over exits", "attack_success", .62, .6, .64, 2}));
  rows.push_back(attack_row(0, "score", "none", {"deviation over exits", "attack_success", .0141, kNaN, kNaN, 2}));
  const TextTable table = attack_table(rows);
  EXPECT_EQ(table.rows.back()[2], "mean");
  EXPECT_EQ(table.rows.back()[5], "62.0 ± 1.4");
  EXPECT_EQ(table.rows.back()[7], "n/a");
  EXPECT_EQ(table.rows.back()[10], "2");
}

TEST(AttackTable, NamesSeedsOnlyWhereThereAreSeveral) {
  std::vector<TableRow> rows = study_rows();
  EXPECT_NE(attack_table(rows).columns[3].title, "seed");
  for (TableRow row : study_rows()) {
    row.seed = 2;
    rows.push_back(row);
  }
  EXPECT_EQ(attack_table(rows).columns[3].title, "seed");
  EXPECT_EQ(attack_table(rows).rows.size(), 8U);
}

TEST(AttackTable, CountsEmptyExits) {
  std::vector<TableRow> rows = study_rows();
  for (TableRow& row : rows) {
    if (row.measurement.metric == "empty_exits" && row.exits == 3) row.measurement.value = 1;
  }
  EXPECT_THAT(attack_table(rows).notes, Contains(HasSubstr("shirts/vgg16/exits3 (1 of 3)")));
}

}  // namespace
}  // namespace exitaudit::report
