#include "report/tables/attack_table.h"

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
  EXPECT_EQ(column(attack_table(of(study_rows())), 3),
            (std::vector<std::string>{"score original", "score original", "score hybrid", "exit only"}));
}

TEST(AttackTable, ShowsWhatIsNotThereAsWhatItIs) {
  StudyResults results = of(study_rows());
  results.expected = {expected(3, "score", "known"), expected(3, "label_only", "none", ResultState::kFailed),
                      expected(3, "label_only", "known", ResultState::kStale),
                      expected(6, "score", "known", ResultState::kCorrupt)};
  const TextTable table = attack_table(results);
  ASSERT_EQ(table.rows.size(), 7U);
  const std::vector<std::string> hole{"shirts", "vgg16", "6", "score hybrid", "known", "corrupt", "-", "-",
                                      "-",      "-",     "-"};
  EXPECT_EQ(table.rows.back(), hole);
  EXPECT_EQ(column(table, 5)[3], "failed");
  EXPECT_EQ(column(table, 5)[4], "stale");
  EXPECT_THAT(table.notes, Contains(HasSubstr("3 of 7 attack results are not there: 1 corrupt, 1 failed, 1 stale;")));
}

TEST(AttackTable, SaysOfAMeanHowManyOfItsFiguresAreThere) {
  StudyResults results = of(study_rows());
  results.rows.push_back(attack_row(0, "score", "none", {"mean over exits", "attack_success", .62, .6, .64, 2}));
  results.rows.push_back(
      attack_row(0, "score", "none", {"deviation over exits", "attack_success", .0141, kNaN, kNaN, 2}));
  for (std::int64_t exits = 1; exits <= 6; ++exits) {
    results.expected.push_back(
        expected(exits, "score", "none", exits == 2 || exits > 4 ? ResultState::kMissing : ResultState::kThere));
  }
  const TextTable table = attack_table(results);
  EXPECT_EQ(table.rows.back()[2], "mean");
  EXPECT_EQ(table.rows.back()[5], "62.0 ± 1.4 (2/5)");
}

TEST(AttackTable, HasNoHoleWhereNothingIsMissing) {
  const TextTable table = attack_table(of(study_rows()));
  EXPECT_EQ(table.rows.size(), 4U);
  EXPECT_THAT(table.notes, Not(Contains(HasSubstr("not there"))));
}

TEST(AttackTable, SaysWhyATruePositiveRateIsNotAvailable) {
  const TextTable table = attack_table(of(study_rows()));
  EXPECT_EQ(table.rows[0][9], "n/a");
  EXPECT_THAT(table.notes, Contains(HasSubstr("1/450 = 0.22 %")));
}

TEST(AttackTable, SaysWhatTheSuccessOfALabelOnlyHybridIs) {
  std::vector<TableRow> rows = study_rows();
  add_attack(rows, 3, "label_only", "none", .6);
  EXPECT_THAT(attack_table(of(rows)).notes, Not(Contains(HasSubstr("mean over the exits"))));
  add_attack(rows, 3, "label_only", "known", .7);
  EXPECT_THAT(attack_table(of(rows)).notes, Contains(HasSubstr("plain mean over the exits")));
}

TEST(AttackTable, TellsWhatTheNullCheckSaid) {
  std::vector<TableRow> rows = study_rows();
  EXPECT_THAT(attack_table(of(rows)).notes, Contains(HasSubstr("Null check: passed. Judged against 20 permutations")));
  for (TableRow& row : rows) {
    if (row.measurement.metric == "null_within" && row.attack == "exit_only") row.measurement.value = 0;
  }
  EXPECT_THAT(attack_table(of(rows)).notes,
              Contains(HasSubstr("NULL CHECK FAILED, do not trust these figures of: shirts/vgg16/exits3 exit only.")));
  std::erase_if(rows, [](const TableRow& row) { return row.measurement.metric == "null_within"; });
  EXPECT_THAT(attack_table(of(rows)).notes, Contains(HasSubstr("none was made")));
}

TEST(AttackTable, ShowsMeansWithTheirDeviationsAfterWhatTheyAverage) {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(attack_row(0, "score", "none", {"mean over exits", "attack_success", .62, .6, .64, 2}));
  rows.push_back(attack_row(0, "score", "none", {"deviation over exits", "attack_success", .0141, kNaN, kNaN, 2}));
  const TextTable table = attack_table(of(rows));
  EXPECT_EQ(table.rows.back()[2], "mean");
  EXPECT_EQ(table.rows.back()[5], "62.0 ± 1.4");
  EXPECT_EQ(table.rows.back()[7], "n/a");
  EXPECT_EQ(table.rows.back()[10], "2");
}

TEST(AttackTable, NamesSeedsOnlyWhereThereAreSeveral) {
  std::vector<TableRow> rows = study_rows();
  EXPECT_NE(attack_table(of(rows)).columns[3].title, "seed");
  for (TableRow row : study_rows()) {
    row.seed = 2;
    rows.push_back(row);
  }
  EXPECT_EQ(attack_table(of(rows)).columns[3].title, "seed");
  EXPECT_EQ(attack_table(of(rows)).rows.size(), 8U);
}

TEST(AttackTable, CountsEmptyExits) {
  std::vector<TableRow> rows = study_rows();
  for (TableRow& row : rows) {
    if (row.measurement.metric == "empty_exits" && row.exits == 3) row.measurement.value = 1;
  }
  EXPECT_THAT(attack_table(of(rows)).notes, Contains(HasSubstr("shirts/vgg16/exits3 (1 of 3)")));
}

}  // namespace
}  // namespace exitaudit::report
