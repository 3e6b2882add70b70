#pragma once
// LaTeX of a table, for papers.

#include <string>
#include <vector>

#include "report/formats/text_table.h"

namespace exitaudit::report {

/// Any text as LaTeX text: special characters escaped, signs as mathematics, `words` between backquotes in typewriter.
/// Letters with accents up to U+017F stay or become their nearest; what LaTeX does not know without further packages
/// becomes "?".
std::string latex_text(const std::string& text);

/// A `table` environment with booktabs' rules: caption, \label{tab:…}, columns l or r, the first `grouped` columns
/// shown once each group, notes as paragraphs below. Long texts of a table that is too wide for a page are broken into
/// lines. A table that is too long for a page becomes several, "(2 of 3)". The label is made from the title where none
/// is given.
std::string to_latex(const TextTable& table, const std::string& label = "");

/// A whole results.tex, for \input: a comment that says what it needs (booktabs, nothing else), and the tables that
/// have rows.
std::string latex_report(const std::string& study, const std::vector<TextTable>& tables);

}  // namespace exitaudit::report
