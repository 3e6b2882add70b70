#include "report/latex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exitaudit::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LatexText, EscapesEverySpecialCharacter) {
  EXPECT_EQ(latex_text("\\ { } $ & # % _ ^ ~ < > |"),
            "\\textbackslash{} \\{ \\} \\$ \\& \\# \\% \\_ \\textasciicircum{} \\textasciitilde{} $<$ $>$ $|$");
}

TEST(LatexText, WritesSignsAsMathematics) {
  EXPECT_EQ(latex_text("1 ± 2 × 3 · τ, † … –"), "1 $\\pm$ 2 $\\times$ 3 $\\cdot$ $\\tau$, $\\dagger$ \\ldots{} --");
}

TEST(LatexText, KeepsLettersAndDropsWhatLatexDoesNotKnow) {
  EXPECT_EQ(latex_text("Zürich Łódź 東"), "Zürich Łódź ?");
  EXPECT_EQ(latex_text("Đakovo, Ŋ"), "Dakovo, N");
  EXPECT_EQ(latex_text("broken \xff"), "broken ?");
}

TEST(LatexText, SetsCodeAndQuotes) {
  EXPECT_EQ(latex_text("\"known\": `exitaudit run a_b` says"), "``known'': \\texttt{exitaudit run a\\_b} says");
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
            "\\setlength{\\tabcolsep}{4pt}\n"
            "\\makebox[\\linewidth][c]{\\begin{tabular}{@{}llr@{}}\n"
            "\\toprule\n"
            "data & name & value \\% \\\\\n"
            "\\midrule\n"
            "d\\_1 & a & 1.0 $\\pm$ 2 \\\\\n"
            " & b & $-$0.5 \\\\\n"
            "\\addlinespace\n"
            "d2 & a & - \\\\\n"
            "\\bottomrule\n"
            "\\end{tabular}}\n"
            "\n"
            "\\footnotesize\\raggedright\n"
            "\\par\\smallskip Half of them: 50 \\%.\n"
            "\\end{table}\n");
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
