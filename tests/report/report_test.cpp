#include "report/report.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "pipeline/base/files.h"
#include "report/formats/text_width.h"
#include "tests/report/study_rows.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::report {
namespace {

const char* const kTerminal =
    R"(Study demo
Profile sound.

Models
  exits         accuracy %        overfitting  Gops official  Gops corrected    n   tau
  ─────────────────────────────────────────────────────────────────────────────────────
shirts · vgg16
      1  80.0 [77.0, 83.0]  18.0 [15.0, 20.0]          0.628           0.630  450  1.00
      3  81.0 [78.0, 84.0]  17.0 [14.0, 19.0]          0.209           0.210  450  0.85
)";

const char* const kTerminalAttacks =
    R"(
Attack success
  exits  attack          exit           success %  bal. %                AUC  TPR@1%  TPR@0.1%    n
  ─────────────────────────────────────────────────────────────────────────────────────────────────
shirts · vgg16
      1  score original  none   71.0 [68.0, 74.0]    71.0  .760 [.730, .790]     2.1       n/a  900
      3  score original  none   61.0 [58.0, 64.0]    61.0  .660 [.630, .690]     2.1       n/a  900
      3  score hybrid    known  64.0 [61.0, 67.0]    64.0  .690 [.660, .720]     2.1       n/a  900
      3  exit only       known  52.0 [49.0, 55.0]    52.0  .570 [.540, .600]     2.1       n/a  900
)";

const StudyResults& study() {
  static const StudyResults results = [] {
    StudyResults made = of(study_rows());
    made.notes = {"Profile sound."};
    return made;
  }();
  return results;
}

std::string golden(const std::string& name) {
  return read_file(std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "tests/golden/report" / name);
}

TEST(TerminalReport, IsTheGoldenText) {
  const std::string text = terminal_report(study(), make_contents(study(), {}));
  EXPECT_EQ(text.substr(0, std::string(kTerminal).size()), kTerminal);
  EXPECT_NE(text.find(kTerminalAttacks), std::string::npos) << text;
}

TEST(TerminalReport, FitsAHundredColumns) {
  for (const std::string& line : lines_with(terminal_report(study(), make_contents(study(), {})), ""))
    EXPECT_LE(text_width(line), 100U) << line;
}

TEST(TerminalReport, TellsHolesInASentence) {
  StudyResults results = study();
  results.expected = {expected(3, "score", "known"), expected(3, "score", "none", ResultState::kFailed)};
  EXPECT_NE(
      terminal_report(results, make_contents(results, {})).find("1 of the study's 2 results are not there: 1 failed."),
      std::string::npos);
}

TEST(MarkdownReport, StatesWhatCountsAsPositive) {
  const std::string text = markdown_report(study(), make_contents(study(), {}));
  EXPECT_TRUE(text.starts_with("# Study demo\n\n- Profile sound.\n\nThe best original attack")) << text;
  EXPECT_NE(text.find("- Positive = member."), std::string::npos);
  EXPECT_NE(text.find("| shirts  | vgg16   |     3 | score hybrid   | known | 64.0 [61.0, 67.0] |"), std::string::npos)
      << text;
}

TEST(Report, OfNothingHasNoTables) {
  StudyResults nothing = of({});
  nothing.study = "empty";
  EXPECT_TRUE(make_contents(nothing, {}).tables.empty());
  EXPECT_EQ(terminal_report(nothing, make_contents(nothing, {})).substr(0, 12), "Study empty\n");
}

// A change of these files is a change that users see: look at it, then let EXITAUDIT_WRITE_GOLDEN=tests/golden/report
// write the new ones.
TEST(Report, OfAMiniatureStudyIsTheGoldenCsvMarkdownAndLatex) {
  test::TempDir folder;
  write_report(folder / "report", study(), make_contents(study(), {}));
  for (const char* name : {"results.csv", "results.md", "results.tex"}) {
    const std::string made = read_file(folder / "report" / name);
    if (const char* to = std::getenv("EXITAUDIT_WRITE_GOLDEN")) replace_file(std::filesystem::path(to) / name, made);
    EXPECT_EQ(made, golden(name)) << name;
  }
}

TEST(Report, LeavesNoFigureOfAnEarlierOne) {
  test::TempDir folder;
  replace_file(folder / "report/figures/figure-99.svg", "<svg/>");
  replace_file(folder / "report/figures/mine.txt", "a user's note");
  write_report(folder / "report", study(), make_contents(study(), {}));
  EXPECT_FALSE(std::filesystem::exists(folder / "report/figures/figure-99.svg"));
  EXPECT_TRUE(std::filesystem::exists(folder / "report/figures/mine.txt"));
}

}  // namespace
}  // namespace exitaudit::report
