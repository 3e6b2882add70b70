#include "report/report.h"

#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "report/text_width.h"
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

const ReportInput& study() {
  static const ReportInput input{"demo", study_rows(), {"Profile sound."}};
  return input;
}

TEST(TerminalReport, IsTheGoldenText) {
  const std::string text = terminal_report(study());
  EXPECT_EQ(text.substr(0, std::string(kTerminal).size()), kTerminal);
  EXPECT_NE(text.find(kTerminalAttacks), std::string::npos) << text;
}

TEST(TerminalReport, FitsAHundredColumns) {
  for (const std::string& line : lines_with(terminal_report(study()), "")) EXPECT_LE(text_width(line), 100U) << line;
}

TEST(MarkdownReport, StatesWhatCountsAsPositive) {
  const std::string text = markdown_report(study());
  EXPECT_EQ(text.substr(0, text.find("##")), "# Study demo\n\n- Profile sound.\n\n");
  EXPECT_NE(text.find("- Positive = member."), std::string::npos);
  EXPECT_NE(text.find("| shirts  | vgg16   |     3 | score hybrid   | known | 64.0 [61.0, 67.0] |"), std::string::npos)
      << text;
}

TEST(Report, OfNothingHasNoTables) {
  EXPECT_EQ(terminal_report({"empty", {}, {}}), "Study empty\n");
}

TEST(Report, WritesBothFilesTheSameEachTime) {
  test::TempDir folder;
  write_report(folder / "report", study());
  const std::string csv = read_file(folder / "report/results.csv");
  const std::string markdown = read_file(folder / "report/results.md");
  write_report(folder / "report", study());
  EXPECT_EQ(read_file(folder / "report/results.csv"), csv);
  EXPECT_EQ(read_file(folder / "report/results.md"), markdown);
  EXPECT_EQ(markdown, markdown_report(study()));
}

}  // namespace
}  // namespace exitaudit::report
