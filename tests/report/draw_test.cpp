#include "report/charts/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "report/html/html_page.h"
#include "tests/report/charts.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::report {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A gnuplot that ends as it is told, time after time, and draws nothing; the last end is repeated.
class FakeRunner final : public CommandRunner {
 public:
  explicit FakeRunner(std::vector<CommandResult> results) : results_(std::move(results)) {}
  CommandResult run(const std::vector<std::string>& words) override {
    scripts.push_back(read_file(words.back()));
    return results_[std::min(scripts.size(), results_.size()) - 1];
  }
  std::vector<std::string> scripts;  ///< that it was given

 private:
  std::vector<CommandResult> results_;
};

std::vector<Chart> many_charts(std::size_t count) {
  std::vector<Chart> charts(count, times_chart());
  for (std::size_t i = 0; i < count; ++i) charts[i].id = "chart-" + std::to_string(i);
  return charts;
}

class SystemGnuplot : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("gnuplot")) GTEST_SKIP() << "gnuplot is not installed";
  }
  test::TempDir folder_;
};

bool is_xml(const fs::path& file) {
  SystemRunner runner(60);
  return runner.run({"python3", "-c", "import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])", file.string()})
             .status == 0;
}

std::size_t count_entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Draw, WithoutGnuplotLeavesNumbersAndScriptsAndSaysSo) {
  const test::TempDir folder;
  std::ofstream(folder / "bars.svg") << "of an earlier report";
  FakeRunner runner({{127, "", ""}});
  const Drawing drawing = draw(folder.path(), {bars_chart(), roc_chart()}, runner);
  EXPECT_TRUE(drawing.svg.empty());
  EXPECT_THAT(drawing.fault, HasSubstr("gnuplot is not installed, so 2 figures are not drawn"));
  EXPECT_THAT(drawing.fault, HasSubstr("gnuplot-nox"));
  EXPECT_TRUE(fs::exists(folder / "bars.csv"));
  EXPECT_TRUE(fs::exists(folder / "roc.1.gp"));
  EXPECT_EQ(count_entries(folder.path()), 4U);  // the old figure is gone: it showed other numbers
  EXPECT_EQ(runner.scripts.size(), 1U);
}

TEST(Draw, SaysWhichChartFailedAndWhyAndGivesUpInTheEnd) {
  const test::TempDir folder;
  FakeRunner runner({{1, "", "\n\n\"all.gp\" line 3: unknown or ambiguous terminal type\n"}});
  const Drawing drawing = draw(folder.path(), many_charts(9), runner);
  EXPECT_THAT(drawing.fault, HasSubstr("drew only 0 of 9 figures"));
  EXPECT_THAT(drawing.fault, HasSubstr("chart-0: line 3: unknown or ambiguous terminal type"));
  EXPECT_EQ(runner.scripts.size(), 5U);
}

TEST(Draw, GoesOnBehindAChartThatFails) {
  const test::TempDir folder;
  FakeRunner runner({{1, "done\n", "\"all.gp\" line 99: all points y value undefined!\n"}, {0, "done\ndone\n", ""}});
  const Drawing drawing = draw(folder.path(), many_charts(4), runner);
  ASSERT_EQ(runner.scripts.size(), 2U);
  EXPECT_THAT(drawing.fault, HasSubstr("Of chart-1: line 99"));
  EXPECT_THAT(runner.scripts[1], ::testing::Not(HasSubstr("chart-1.svg")));
  EXPECT_THAT(runner.scripts[1], HasSubstr("chart-2.svg"));
}

TEST(Draw, TellsFiguresThatAreNotWhole) {
  const test::TempDir folder;
  FakeRunner runner({{0, "done\n", ""}});
  EXPECT_THAT(draw(folder.path(), many_charts(1), runner).fault, HasSubstr("is the disk full?"));
}

TEST(Draw, WantsIdsThatNameFilesOnceEach) {
  const test::TempDir folder;
  FakeRunner runner({{0, "", ""}});
  Chart chart = bars_chart();
  EXPECT_THROW(static_cast<void>(draw(folder.path(), {chart, chart}, runner)), Error);
  chart.id = "../bars";
  EXPECT_THROW(static_cast<void>(draw(folder.path(), {chart}, runner)), Error);
}

TEST_F(SystemGnuplot, DrawsEveryKindAsXmlAndPng) {
  const Chart empty{.id = "empty", .title = "Nothing to see"};
  const Drawing drawing = draw(folder_.path(), {bars_chart(), roc_chart(), empty, times_chart()});
  EXPECT_EQ(drawing.fault, "");
  EXPECT_EQ(drawing.svg.size(), 3U);
  for (const char* id : {"bars", "roc.1", "times"}) {
    EXPECT_TRUE(is_xml(folder_ / (std::string(id) + ".svg"))) << id;
    EXPECT_GT(fs::file_size(folder_ / (std::string(id) + ".png")), 5000U) << id;
  }
  EXPECT_EQ(count_entries(folder_.path()), 14U);  // nothing of the drawing is left
  EXPECT_FALSE(fs::exists("pwned"));
}

TEST_F(SystemGnuplot, DrawsSvgAlone) {
  const Drawing drawing = draw(folder_.path(), {roc_chart()}, Terminals::kSvg);
  EXPECT_EQ(drawing.svg.at("roc.1"), read_file(folder_ / "roc.1.svg"));
  EXPECT_FALSE(fs::exists(folder_ / "roc.1.png"));
}

TEST_F(SystemGnuplot, TheScriptDrawsByItself) {
  draw(folder_.path(), {bars_chart()});
  fs::remove(folder_ / "bars.svg");
  SystemRunner runner(60);
  const CommandResult result =
      runner.run({"sh", "-c", "cd \"$1\" && exec gnuplot bars.gp", "sh", folder_.path().string()});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(fs::exists(folder_ / "bars.svg"));
}

TEST_F(SystemGnuplot, ItsFiguresStandInAPageThatIsXml) {
  const Drawing drawing = draw(folder_.path(), {bars_chart(), times_chart()}, Terminals::kSvg);
  HtmlPage page("T");
  page.figure(bars_chart(), drawing.svg.at("bars"));
  page.figure(times_chart(), drawing.svg.at("times"));
  const std::string html = page.finish();
  const std::size_t begin = html.find("<main>");
  std::ofstream(folder_ / "main.xml") << html.substr(begin, html.find("</main>") + 7 - begin);
  EXPECT_TRUE(is_xml(folder_ / "main.xml"));
}

}  // namespace
}  // namespace exitaudit::report
