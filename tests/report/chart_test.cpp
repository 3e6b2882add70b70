#include "report/charts/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/charts/chart_axes.h"
#include "report/charts/gnuplot_layout.h"
#include "report/formats/plain_text.h"
#include "tests/report/charts.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(ChartCsv, HoldsEveryPointInFull) {
  Chart chart = bars_chart();
  chart.categories = {"one", "two", "three"};
  chart.series[0].y[0] = .1;
  chart.series[1].name = "a \"b\", c\nd";
  EXPECT_EQ(chart_csv(chart),
            "series,category,x,y,low,high\n"
            "\"original\",\"one\",0,0.10000000000000001,50,52\n"
            "\"original\",\"two\",1,NaN,NaN,NaN\n"
            "\"original\",\"three\",2,55,53,57\n"
            "\"a 'b', c d\",\"one\",0,53,,\n"
            "\"a 'b', c d\",\"two\",1,54,,\n"
            "\"a 'b', c d\",\"three\",2,58,,\n");
}

TEST(Chart, HasPointsOnlyWhereItsAxesCanShowThem) {
  Chart chart{.id = "c"};
  EXPECT_FALSE(has_points(chart));
  chart.series = {{.name = "s", .x = {0, 1}, .y = {1, Chart::kAuto}}};
  EXPECT_TRUE(has_points(chart));
  chart.log_x = true;
  EXPECT_FALSE(has_points(chart));
}

TEST(GnuplotScript, QuotesNamesSoThatNothingInThemIsCarriedOut) {
  EXPECT_EQ(quoted_text("it's `touch x` \"y\" \\n\n%d"), "'it''s `touch x` \"y\" \\n %d'");
  const std::string script = gnuplot_script(bars_chart());
  EXPECT_THAT(script, HasSubstr("title 'a_b \"c\" ''d'' `touch pwned` <e>&f \\n %d $g ± τ'"));
  EXPECT_THAT(script, HasSubstr("%%d $g ± τ' 1"));  // names of categories are formats
  EXPECT_THAT(script, HasSubstr("noenhanced"));
}

TEST(GnuplotScript, DrawsBothFilesFromTheCsvBesideIt) {
  const std::string script = gnuplot_script(roc_chart());
  for (const char* part : {"'roc.1.csv' skip 1 every ::0::3", "set output 'roc.1.svg'", "set output 'roc.1.png'"}) {
    EXPECT_THAT(script, HasSubstr(part));
  }
  EXPECT_THAT(gnuplot_script(roc_chart(), Terminals::kSvg), Not(HasSubstr("png")));
}

TEST(GnuplotScript, NamesSharedByMarksStandOnceInTheLegend) {
  const std::string script = gnuplot_script(times_chart());
  EXPECT_THAT(lines_with(script, "nohead"), SizeIs(3));
  EXPECT_THAT(lines_with(script, "'valley'"), SizeIs(1));
  EXPECT_THAT(lines_with(script, "set label 'it''s tau'"), SizeIs(1));
}

TEST(GnuplotScript, LeavesOutASeriesWithoutPoints) {
  Chart chart = roc_chart();
  chart.series.push_back({.name = "nothing", .x = {0}, .y = {.5}});
  EXPECT_THAT(gnuplot_script(chart), Not(HasSubstr("nothing")));
}

TEST(ChartAxes, RoundLogarithmicRangesOutwards) {
  const AxisRange x = x_range(roc_chart());
  EXPECT_DOUBLE_EQ(x.low, .01);
  EXPECT_DOUBLE_EQ(x.high, 1);
  Chart chart{.id = "c", .log_y = true, .series = {{.name = "s", .x = {1, 2}, .y = {.03, 41}}}};
  EXPECT_DOUBLE_EQ(y_range(chart).low, .02);
  EXPECT_DOUBLE_EQ(y_range(chart).high, 50);
}

TEST(PlainText, IsOneLineOfUtf8) {
  EXPECT_EQ(one_line("a\nb\tτ\xff\x01"), "a b τ? ");
  EXPECT_EQ(valid_text("a\nb"), "a\nb");
  EXPECT_EQ(shortened("τττττ", 3), "ττ…");
  EXPECT_EQ(shortened_inside("abcdefgh", 5), "ab…gh");
  EXPECT_EQ(file_word("a/b c.τ_1"), "a-b-c.--_1");
}

TEST(ChartAxes, BarsStandOnZero) {
  EXPECT_THAT(axes_commands(bars_chart()), HasSubstr("set yrange [0:*]"));
  Chart chart = bars_chart();
  chart.y_min = 45;
  EXPECT_THAT(axes_commands(chart), HasSubstr("set yrange [45:*]"));
}

TEST(ChartAxes, HaveAWidthForASinglePoint) {
  const Chart chart{.id = "c", .series = {{.name = "s", .style = SeriesStyle::kPoints, .x = {3}, .y = {5}}}};
  EXPECT_LT(x_range(chart).low, 3);
  EXPECT_GT(x_range(chart).high, 3);
  EXPECT_THAT(axes_commands(chart), Not(HasSubstr("*")));
}

TEST(ChartAxes, LabelATicOnAShortLogarithmicAxis) {
  const Chart chart{.id = "c", .log_x = true, .series = {{.name = "s", .x = {2, 7}, .y = {1, 2}}}};
  EXPECT_THAT(axes_commands(chart), HasSubstr("'5' 5 0"));
}

TEST(GnuplotLayout, PutsManyLongNamesBesideThePlot) {
  Chart chart{.id = "c"};
  for (int i = 0; i < 9; ++i) {
    chart.series.push_back(
        {.name = "a name of forty characters, more or less " + std::to_string(i), .x = {1}, .y = {1}});
  }
  EXPECT_THAT(layout_of(chart).commands, HasSubstr("outside right"));
  chart.series.resize(2);
  EXPECT_THAT(layout_of(chart).commands, HasSubstr("tmargin"));
  chart.series.resize(1);
  EXPECT_THAT(layout_of(chart).commands, HasSubstr("key off"));
}

TEST(GnuplotLayout, GrowsForSlantedNames) {
  const Layout layout = layout_of(bars_chart());
  EXPECT_THAT(layout.commands, HasSubstr("rotate by 35"));
  EXPECT_GT(layout.height, Layout{}.height);
  EXPECT_DOUBLE_EQ(layout.shift[0], -.2);
  EXPECT_DOUBLE_EQ(layout.shift[1], .2);
}

}  // namespace
}  // namespace exitaudit::report
