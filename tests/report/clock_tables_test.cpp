#include "report/tables/clock_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/text_width.h"
#include "report/report.h"
#include "report/tables/model_tables.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

TableRow stolen(std::int64_t exits, const std::string& source, const Measurement& m) {
  return {"shirts", "vgg16", exits, 1, "", "", source, "same", "steal_exits/x", m};
}

TableRow timed(const std::string& clock, const Measurement& m) {
  return {"shirts", "vgg16", 3, 1, "target", "", clock, "", "measure_latency/x", m};
}

std::vector<TableRow> clocked_rows() {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(stolen(3, "stolen/copies=4", {"all", "exit_accuracy", .75, .7, .8, 500}));
  rows.push_back(stolen(3, "stolen/copies=4", {"all", "estimated_exits", 2, kNaN, kNaN, 3}));
  rows.push_back(stolen(3, "stolen/copies=1", {"all", "exit_accuracy", .998, .99, 1, 500}));
  rows.push_back(stolen(3, "stolen/copies=1", {"all", "estimated_exits", 3, kNaN, kNaN, 3}));
  rows.push_back(stolen(3, "stolen/copies=1", {"exit=0", "exit_accuracy", 1, .98, 1, 200}));
  rows.push_back(stolen(0, "stolen/copies=1", {"mean over exits", "exit_accuracy", .9987, .998, .999, 2}));
  rows.push_back(stolen(0, "stolen/copies=1", {"deviation over exits", "exit_accuracy", .0005, kNaN, kNaN, 2}));
  rows.push_back(timed("copies=1", {"all", "mean_ms", 2.345, 2.3, 2.4, 500}));
  rows.push_back(timed("copies=1/guard=3", {"all", "mean_ms_clean", 2.345, 2.3, 2.4, 500}));
  rows.push_back(timed("copies=1/guard=3", {"all", "mean_ms_guarded", 4.75, 4.6, 4.9, 500}));
  rows.push_back(timed("copies=1/guard=3", {"all", "mean_ms_max_delay", 6.5, 6.4, 6.6, 100}));
  return rows;
}

using Row = std::vector<std::string>;

TEST(StolenExitsTable, SaysHowOftenTheExitIsBelievedRightly) {
  const TextTable table = stolen_exits_table(of(clocked_rows()));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0], (Row{"shirts", "vgg16", "3", "stolen/copies=1", "same", "99.8 [99.0, 100.0]", "3", "500"}));
  EXPECT_EQ(table.rows[1], (Row{"shirts", "vgg16", "3", "stolen/copies=4", "same", "75.0 [70.0, 80.0]", "2", "500"}));
  EXPECT_EQ(table.rows[2][5], "99.9 ± 0.1");  // the form of the paper's Tables 1 and 2
}

TEST(TimesTable, SetsWhatAGuardCostsBesideTheCleanTime) {
  const TextTable table = times_table(of(clocked_rows()));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (Row{"shirts", "vgg16", "3", "copies=1", "2.35", "", "", "500"}));
  EXPECT_EQ(table.rows[1], (Row{"shirts", "vgg16", "3", "copies=1/guard=3", "2.35", "4.75", "6.50", "500"}));
}

TEST(TimesTable, ShowsThreeDigitsOfShortAndLongTimes) {
  std::vector<TableRow> rows = study_rows();
  rows.push_back(timed("copies=1", {"all", "mean_ms", .046362, .046, .047, 500}));
  rows.push_back(timed("copies=4", {"all", "mean_ms", 123.44, 120, 127, 500}));
  TableRow mean = timed("copies=1", {"mean over exits", "mean_ms", 28.34, kNaN, kNaN, 2});
  mean.exits = 0;
  rows.push_back(mean);
  mean.measurement = {"deviation over exits", "mean_ms", 1.25, kNaN, kNaN, 2};
  rows.push_back(mean);
  std::vector<std::string> times;
  for (const Row& row : times_table(of(rows)).rows) times.push_back(row[4]);
  EXPECT_EQ(times, (Row{"0.0464", "123", "28.3 ± 1.2"}));
}

TEST(GuardTable, SaysWhichDelaySufficesAndWhereNoneDoes) {
  std::vector<TableRow> rows = study_rows();
  for (const auto& [source, sigma] :
       {std::pair{"score/stolen/copies=1/guard", 0.5}, {"score/stolen/copies=1/guard/likelihood", kNaN}}) {
    rows.push_back(stolen(3, source, {"all", "smallest_sigma_ms", sigma, kNaN, kNaN, 5}));
    rows.push_back(stolen(3, source, {"all", "original_success", .61, .58, .64, 900}));
    rows.push_back(stolen(3, source, {"all", "unguarded_success", .64, .61, .67, 900}));
    rows.push_back(stolen(3, source, {"all", "guarded_success", .605, .57, .63, 900}));
  }
  const TextTable table = guard_table(of(rows));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (Row{"shirts", "vgg16", "3", "score/stolen/copies=1/guard", "61.0", "64.0",
                                "60.5 [57.0, 63.0]", "0.50", "5"}));
  EXPECT_EQ(table.rows[1][7], "none");
  EXPECT_TRUE(stolen_exits_table(of(rows)).rows.empty());
}

TEST(ClockTables, AreEmptyWithoutAClockAndLeaveTheModelsAlone) {
  EXPECT_TRUE(stolen_exits_table(of(study_rows())).rows.empty());
  EXPECT_TRUE(times_table(of(study_rows())).rows.empty());
  EXPECT_TRUE(guard_table(of(study_rows())).rows.empty());
  EXPECT_EQ(models_table(of(clocked_rows())).rows, models_table(of(study_rows())).rows);
}

TEST(ClockTables, FitATerminal) {
  const std::string text = terminal_report(of(clocked_rows()), make_contents(of(clocked_rows()), {}));
  EXPECT_NE(text.find("Exits that nobody told"), std::string::npos);
  for (const std::string& line : lines_with(text, "")) EXPECT_LE(text_width(line), 100U) << line;
}

}  // namespace
}  // namespace exitaudit::report
