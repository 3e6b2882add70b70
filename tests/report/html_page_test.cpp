#include "report/html/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/error.h"
#include "report/html/html_text.h"
#include "tests/report/charts.h"

namespace exitaudit::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const char* const kSvg =
    "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 680 420\" "
    "xmlns=\"http://www.w3.org/2000/svg\">\n<title>Gnuplot</title>"
    "<circle\tid='gpDot'/><g id=\"gnuplot_plot_1\" ><title>gnuplot_plot_1</title><use xlink:href='#gpDot'/></g>"
    "<rect fill='url(#gpPattern)'/><text> id=\"gpDot\" href='#gpDot'</text></svg>\n";

TEST(HtmlText, EscapesTextAndSetsCode) {
  EXPECT_EQ(html_escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
  EXPECT_EQ(html_inline("run `a <b>` or ` c"), "run <code>a &lt;b&gt;</code> or ` c");
  EXPECT_EQ(html_escaped("\xff\x01"), "? ");
}

TEST(HtmlText, MakesAnchors) {
  EXPECT_EQ(anchor_of("Attack success, 2."), "attack-success-2");
  EXPECT_EQ(anchor_of("…"), "section");
}

TEST(InlineSvg, PrefixesIdsAndReferencesButNoText) {
  const std::string svg = inline_svg(kSvg, "figure_1_", "A \"title\"");
  EXPECT_THAT(svg, ::testing::StartsWith("<svg role=\"img\" aria-label=\"A &quot;title&quot;\" viewBox"));
  for (const char* part :
       {"<circle id='figure_1_gpDot'/>", "id=\"figure_1_gnuplot_plot_1\"", "xlink:href='#figure_1_gpDot'",
        "url(#figure_1_gpPattern)", "<text> id=\"gpDot\" href='#gpDot'</text>"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
  EXPECT_THAT(svg, Not(HasSubstr("<title>")));
  EXPECT_EQ(inline_svg("no figure", "p", "t"), "");
}

TEST(HtmlPage, IsWholeByItself) {
  HtmlPage page("A & B", "Lead.");
  page.heading("One");
  page.figure(bars_chart(), kSvg, {.folder = "figures"});
  const std::string html = page.finish();
  EXPECT_THAT(html, ::testing::StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(html, HasSubstr("<title>A &amp; B</title>"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  for (const char* outside : {"<script", "<link", "src=", "@import", "@font-face"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(HtmlPage, ListsItsHeadingsOnceEach) {
  HtmlPage page("T");
  page.heading("Figures");
  page.heading("Figure 2", 3, "figure-2");
  page.heading("Figures");
  const std::string html = page.finish();
  EXPECT_THAT(html,
              HasSubstr("<li><a href=\"#figures\">Figures</a>\n<ol>\n<li><a href=\"#figure-2\">Figure 2</a></li>\n"
                        "</ol></li>\n<li><a href=\"#figures-2\">Figures</a></li>\n</ol>\n</nav>"));
  EXPECT_THAT(html, HasSubstr("<h2 id=\"figures-2\">"));
}

TEST(HtmlPage, TwoFiguresShareNoId) {
  HtmlPage page("T");
  page.figure(bars_chart(), kSvg);
  page.figure(roc_chart(), kSvg);
  const std::string html = page.finish();
  EXPECT_THAT(html, HasSubstr("id='figure_1_gpDot'"));
  EXPECT_THAT(html, HasSubstr("id='figure_2_gpDot'"));
  EXPECT_THAT(html, HasSubstr("href=\"roc.1.png\""));
}

TEST(HtmlPage, SaysThatAFigureIsNotDrawn) {
  HtmlPage page("T");
  page.figure(roc_chart(), "");
  const std::string html = page.finish();
  EXPECT_THAT(html, HasSubstr("<strong>ROC</strong> (not drawn)"));
  EXPECT_THAT(html, HasSubstr("href=\"roc.1.csv\""));
  EXPECT_THAT(html, Not(HasSubstr("roc.1.svg")));
}

TEST(HtmlPage, ShowsGroupsOnceAndAlignsNumbers) {
  HtmlPage page("T");
  page.table({.title = "X",
              .columns = {{"data"}, {"name"}, {"value", true}},
              .grouped = 1,
              .rows = {{"d1", "a", "1"}, {"d1", "<b>", "2"}, {"d2", "a", "-"}, {"d2", "b", "4"}},
              .notes = {"Note `x`."}});
  const std::string html = page.finish();
  EXPECT_THAT(html, HasSubstr("<th scope=\"rowgroup\" colspan=\"2\">d1</th></tr>\n<tr><td class=\"short\">a</td><td "
                              "class=\"number\">1</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"short\">&lt;b&gt;</td>"));
  EXPECT_THAT(html, HasSubstr("<p>Note <code>x</code>.</p>"));
}

TEST(HtmlPage, KeepsColumnsWhereGroupsHaveOneRow) {
  HtmlPage page("T");
  page.table(
      {.title = "X", .columns = {{"data"}, {"name"}}, .grouped = 1, .rows = {{"d1", "a"}, {"d2", "a"}, {"d3", "a"}}});
  EXPECT_THAT(page.finish(), HasSubstr("<tr><td class=\"short\">d1</td><td class=\"short\">a</td></tr>"));
}

TEST(HtmlPage, MarksStatesAndLinksRows) {
  HtmlPage page("T");
  page.table({.title = "X", .columns = {{"job"}, {"state"}}, .rows = {{"train/a", "corrupt"}, {"train/b", "there"}}}, 1,
             {"logs/a&b.txt", ""});
  const std::string html = page.finish();
  EXPECT_THAT(
      html,
      HasSubstr(
          "<a href=\"logs/a&amp;b.txt\">train/a</a></td><td class=\"short\"><span class=\"badge bad\">corrupt</span>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"short\">train/b</td>"));
}

TEST(HtmlPage, ChecksSayInWordsWhatTheirColourSays) {
  HtmlPage page("T");
  page.checklist({{Holds::kYes, "a"}, {Holds::kNo, "b", "found c"}, {Holds::kUndecided, "d"}});
  const std::string html = page.finish();
  for (const char* part : {"✓</span> holds", "✗</span> does not hold", "?</span> undecided", "found c"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

TEST(HtmlPage, WantsItsDetailsClosed) {
  HtmlPage page("T");
  page.open_details("More");
  page.preformatted("a: <b>\n  c: d\n");
  EXPECT_THROW(static_cast<void>(page.finish()), Error);
  page.close_details();
  EXPECT_THAT(page.finish(), HasSubstr("a: &lt;b&gt;\n  c: d\n</pre>\n</details>"));
}

}  // namespace
}  // namespace exitaudit::report
