#include "report/formats/csv.h"

#include <gtest/gtest.h>

#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

TEST(Csv, HasOneLineARowInFullPrecision) {
  const std::vector<TableRow> rows{attack_row(3, "score", "known", {"exit=2", "auc", 0.1 + 0.2, .25, kNaN, 12})};
  EXPECT_EQ(to_csv("demo", rows),
            "study,dataset,network,exits,seed,role,attack,exit_source,shadow,slice,metric,value,low,high,n,job\n"
            "demo,shirts,vgg16,3,1,,score,known,same,exit=2,auc,0.30000000000000004,0.25,,12,attack/x\n");
}

TEST(Csv, LeavesAveragedAxesEmpty) {
  TableRow row = attack_row(0, "score", "known", {"mean over exits and seeds", "auc", .5, .4, .6, 3});
  row.seed = -1;
  row.job = "";
  EXPECT_EQ(lines_with(to_csv("demo", {row}), "mean over")[0].substr(0, 27), "demo,shirts,vgg16,,,,score,");
}

TEST(Csv, QuotesWhatWouldEndACell) {
  TableRow row = attack_row(1, "score", "none", {"all", "auc", 1, 1, 1, 1});
  row.dataset = "a,b";
  row.network = "say \"x\"";
  row.job = "two\nlines";
  const std::string csv = to_csv("demo", {row});
  EXPECT_NE(csv.find("demo,\"a,b\",\"say \"\"x\"\"\",1,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",\"two\nlines\"\n"), std::string::npos) << csv;
}

TEST(ScoresCsv, HoldsEverySampleWithItsScoreInFull) {
  schema::Verdicts verdicts;
  verdicts.index = {7, 3};
  verdicts.member = {1, 0};
  verdicts.label = {5, 9};
  verdicts.exit = {0, 2};
  verdicts.correct = {1, 0};
  verdicts.score = {0.1, -3};
  verdicts.decision = {0, 1};
  EXPECT_EQ(scores_csv(verdicts),
            "index,member,label,exit,correct,score,decision\n"
            "7,1,5,0,1,0.10000000000000001,0\n"
            "3,0,9,2,0,-3,1\n");
}

}  // namespace
}  // namespace exitaudit::report
