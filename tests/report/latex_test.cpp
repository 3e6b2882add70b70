#include "report/formats/latex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exitaudit::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LatexText, EscapesEverySpecialCharacter) {
  EXPECT_EQ(latex_text("\\ { } $ & # % _ ^ ~ < > |"),
            "\\textbackslash{} \\{ \\} \\$ \\& \\#~\\% \\_ \\textasciicircum{} \\textasciitilde{} $<$ $>$ $|$");
}

TEST(LatexText, WritesSignsAsMathematics) {
  EXPECT_EQ(latex_text("1 ± 2 × 3 · τ, † … –"), "1 $\\pm$ 2 $\\times$ 3 $\\cdot$ $\\tau$, $\\dagger$ \\ldots{} --");
}

TEST(LatexText, TellsAMinusFromAHyphen) {
  EXPECT_EQ(latex_text("-3.9 [-.5, -1] (-2) to -x"), "$-$3.9 [$-$.5, $-$1] ($-$2) to -x");
  EXPECT_EQ(latex_text("label-only, 1-6, a -"), "label-only, 1-6, a -");
  EXPECT_EQ(latex_text("less `x`-1"), "less \\texttt{x}-1");
}

TEST(LatexText, RaisesExponentsAndKeepsPerCentWithItsNumber) {
  EXPECT_EQ(latex_text("10^12 a^b ^"), "10$^{12}$ a\\textasciicircum{}b \\textasciicircum{}");
  EXPECT_EQ(latex_text("50 % of 3%"), "50~\\% of 3\\%");
}

TEST(LatexText, KeepsLettersAndDropsWhatLatexDoesNotKnow) {
  EXPECT_EQ(latex_text("Zürich Łódź 東"), "Zürich Łódź ?");
  EXPECT_EQ(latex_text("Đakovo, Ŋ"), "Dakovo, N");
  EXPECT_EQ(latex_text("broken \xff"), "broken ?");
}

TEST(LatexText, SetsCodeAndQuotes) {
  EXPECT_EQ(latex_text("\"known\": `exitaudit run a_b` says"), "``known'': \\texttt{exitaudit run a\\_b} says");
  EXPECT_EQ(latex_text("`{a: -1}`"), "\\texttt{\\char123{}a: -1\\char125{}}");
  EXPECT_EQ(latex_text("a lone ` stays"), "a lone ` stays");
}

TEST(Latex, IsAFloatWithBooktabsRules) {
  const TextTable table{.title = "Attack success & more",
                        .columns = {{"data"}, {"name"}, {"value %", true}},
                        .grouped = 1,
                        .rows = {{"d_1", "a", "1.0 ± 2"}, {"d_1", "b", "-0.5"}, {"d2", "a", "-"}},
                        .notes = {"Half of them: 50 %."}};
  EXPECT_EQ(to_latex(table),
            "\\begin{table}[htbp]\n"
            "\\centering\n"
            "\\footnotesize\n"
            "\\caption{Attack success \\& more.}\n"
            "\\label{tab:attack-success---more}\n"
            "\\smallskip\n"
            "\\setlength{\\tabcolsep}{4pt}\n"
            "\\makebox[\\linewidth][c]{\\begin{tabular}{@{}llr@{}}\n"
            "\\toprule\n"
            "data & name & value~\\% \\tabularnewline\n"
            "\\midrule\n"
            "d\\_1 & a & 1.0 $\\pm$ 2 \\tabularnewline\n"
            " & b & $-$0.5 \\tabularnewline\n"
            "\\addlinespace\n"
            "d2 & a & - \\tabularnewline\n"
            "\\bottomrule\n"
            "\\end{tabular}}\n"
            "\n"
            "\\footnotesize\\raggedright\n"
            "\\par\\smallskip Half of them: 50~\\%.\n"
            "\\end{table}\n");
}

TEST(Latex, BreaksLongTextsWhereATableIsTooWide) {
  const std::string claim(100, 'c');
  const std::string evidence(300, 'e');
  const TextTable wide{.title = "Wide",
                       .columns = {{"n", true}, {"claim"}, {"here"}, {"evidence"}},
                       .rows = {{"1", claim, "holds", evidence}, {"2", claim, "", ""}}};
  const std::string text = to_latex(wide);
  EXPECT_THAT(text, HasSubstr("\\scriptsize\n"));
  // 95 characters less 1 + 5 and the spaces are left, 200 to 300 of them.
  EXPECT_THAT(text, HasSubstr("{@{}rp{0.36\\linewidth}lp{0.54\\linewidth}@{}}"));
  EXPECT_THAT(text,
              HasSubstr("\n1 & \\raggedright " + claim + " & holds & \\raggedright " + evidence +
                        " \\tabularnewline\n\\addlinespace\n2 & \\raggedright " + claim + " &  &  \\tabularnewline\n"));

  const TextTable narrow{.title = "Narrow", .columns = {{"claim"}, {"here"}}, .rows = {{claim, "holds"}}};
  EXPECT_THAT(to_latex(narrow), HasSubstr("{@{}ll@{}}"));
}

TEST(Latex, LeavesAColumnOfLittleTextAQuarter) {
  const TextTable table{.title = "T",
                        .columns = {{"a"}, {"b"}},
                        .rows = {{std::string(41, 'a'), std::string(1000, 'b')}, {"", std::string(1000, 'b')}}};
  // 0.25 to 0.98, of a whole line.
  EXPECT_THAT(to_latex(table), HasSubstr("{@{}p{0.20\\linewidth}p{0.80\\linewidth}@{}}"));
}

TEST(Latex, CutsATableOfBrokenLinesByTheirNumber) {
  TextTable table{.title = "T", .columns = {{"a"}}};
  // 10 lines each of 95 characters and what is between rows: four to a page of 50.
  for (int i = 0; i < 11; ++i) table.rows.push_back({std::string(950, 'a')});
  const std::string text = to_latex(table);
  EXPECT_THAT(text, HasSubstr("\\caption{T (3 of 3).}"));
  table.rows.resize(8);
  EXPECT_THAT(to_latex(table), HasSubstr("\\caption{T (2 of 2).}"));
  table.rows = {{std::string(9500, 'a')}};
  EXPECT_THAT(to_latex(table), HasSubstr("\\caption{T.}")) << "a row stays whole";
}

TEST(Latex, KeepsARowFromBeingAnArgument) {
  const TextTable table{.title = "T", .columns = {{"[a]"}, {"b"}}, .rows = {{"[.1, .2]", "[c]"}, {"*", "d"}}};
  const std::string text = to_latex(table);
  for (const char* row : {"\n{}[a] & b", "\n{}[.1, .2] & [c]", "\n{}* & d"}) EXPECT_THAT(text, HasSubstr(row));
}

TEST(Latex, CutsATableThatNoPageHolds) {
  TextTable table{.title = "Long", .columns = {{"n", true}}};
  for (int i = 0; i < 41; ++i) table.rows.push_back({std::to_string(i)});
  table.notes = {"Noted once."};
  const std::string text = to_latex(table);
  EXPECT_THAT(text, HasSubstr("\\caption{Long (1 of 2).}"));
  EXPECT_THAT(text, HasSubstr("\\label{tab:long-2}"));
  EXPECT_EQ(text.find("Noted once"), text.rfind("Noted once"));
}

TEST(LatexReport, SaysWhatItNeedsAndLeavesOutEmptyTables) {
  const std::string text =
      latex_report("demo", {{.title = "Empty"}, {.title = "Full", .columns = {{"a"}}, .rows = {{"1"}}}});
  EXPECT_THAT(text, HasSubstr("\\usepackage{booktabs}"));
  EXPECT_THAT(text, HasSubstr("\\caption{Full.}"));
  EXPECT_THAT(text, Not(HasSubstr("Empty")));
}

}  // namespace
}  // namespace exitaudit::report
