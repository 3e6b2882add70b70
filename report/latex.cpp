#include "report/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "report/plain_text.h"

namespace exitaudit::report {
namespace {

constexpr std::size_t kManyColumns = 8;  ///< from here on in smaller print
constexpr std::size_t kMostRows = 40;    ///< that a page holds in \footnotesize with caption and notes

const std::map<std::string_view, std::string_view>& signs() {
  static const std::map<std::string_view, std::string_view> table{
      {"\\", "\\textbackslash{}"},
      {"{", "\\{"},
      {"}", "\\}"},
      {"$", "\\$"},
      {"&", "\\&"},
      {"#", "\\#"},
      {"%", "\\%"},
      {"_", "\\_"},
      {"^", "\\textasciicircum{}"},
      {"~", "\\textasciitilde{}"},
      {"<", "$<$"},
      {">", "$>$"},
      {"|", "$|$"},
      {"±", "$\\pm$"},
      {"×", "$\\times$"},
      {"·", "$\\cdot$"},
      {"−", "$-$"},
      {"≤", "$\\le$"},
      {"≥", "$\\ge$"},
      {"≈", "$\\approx$"},
      {"≠", "$\\ne$"},
      {"→", "$\\to$"},
      {"∞", "$\\infty$"},
      {"√", "$\\surd$"},
      {"°", "$^\\circ$"},
      {"²", "$^2$"},
      {"³", "$^3$"},
      {"µ", "$\\mu$"},
      {"μ", "$\\mu$"},
      {"σ", "$\\sigma$"},
      {"τ", "$\\tau$"},
      {"ε", "$\\varepsilon$"},
      {"Δ", "$\\Delta$"},
      {"†", "$\\dagger$"},
      {"‡", "$\\ddagger$"},
      {"§", "\\S{}"},
      {"…", "\\ldots{}"},
      {"–", "--"},
      {"—", "---"},
      {"‘", "`"},
      {"’", "'"},
      {"“", "``"},
      {"”", "''"},
      {"\u00a0", "~"},
      {"\u202f", "\\,"},
  };
  return table;
}

/// Letters that LaTeX's usual font encoding (OT1) has not, by their nearest.
const std::map<std::string_view, std::string_view>& near_letters() {
  static const std::map<std::string_view, std::string_view> table{
      {"Ą", "A"}, {"ą", "a"}, {"Ð", "D"}, {"ð", "d"},  {"Đ", "D"},  {"đ", "d"}, {"Ę", "E"}, {"ę", "e"}, {"Ħ", "H"},
      {"ħ", "h"}, {"Į", "I"}, {"į", "i"}, {"ĸ", "k"},  {"Ŀ", "L"},  {"ŀ", "l"}, {"ŉ", "n"}, {"Ŋ", "N"}, {"ŋ", "n"},
      {"ſ", "s"}, {"Ŧ", "T"}, {"ŧ", "t"}, {"Þ", "Th"}, {"þ", "th"}, {"Ų", "U"}, {"ų", "u"}};
  return table;
}

/// The next character of valid UTF-8.
std::string_view first_character(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return text.substr(0, length);
}

/// Latin letters with accents, U+00C0 to U+017F: inputenc knows them.
bool is_latin_letter(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  return character.size() == 2 && first >= 0xC3 && first <= 0xC5;
}

std::string latex_character(std::string_view character) {
  for (const auto* table : {&signs(), &near_letters()}) {
    const auto found = table->find(character);
    if (found != table->end()) return std::string(found->second);
  }
  return character.size() == 1 || is_latin_letter(character) ? std::string(character) : "?";
}

/// A minus before a number is no hyphen.
std::string latex_cell(const std::string& cell) {
  const bool negative =
      cell.size() > 1 && cell[0] == '-' && (std::isdigit(static_cast<unsigned char>(cell[1])) != 0 || cell[1] == '.');
  return negative ? "$-$" + latex_text(cell.substr(1)) : latex_text(cell);
}

std::string column_letters(const TextTable& table) {
  std::string letters;
  for (const TextColumn& column : table.columns) letters += column.numeric ? 'r' : 'l';
  return letters;
}

/// A row that begins with a bracket or a star would be an argument of the \\ or \midrule before it.
std::string line_of(const std::vector<std::string>& cells) {
  const bool argument = !cells.empty() && (cells.front().starts_with('[') || cells.front().starts_with('*'));
  std::string text = argument ? "{}" : "";
  for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? " & " : "") + cells[i];
  return text + " \\\\\n";
}

/// How many first columns say what the row above says.
std::size_t repeated_cells(const TextTable& table, std::size_t row, std::size_t first) {
  if (row == first) return 0;
  std::size_t count = 0;
  while (count < table.grouped && table.rows[row][count] == table.rows[row - 1][count]) ++count;
  return count;
}

std::string body(const TextTable& table, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t row = first; row < end; ++row) {
    const std::size_t repeated = repeated_cells(table, row, first);
    if (row > first && table.grouped > 0 && repeated < table.grouped) text += "\\addlinespace\n";
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < table.rows[row].size(); ++i) {
      cells.push_back(i < repeated ? "" : latex_cell(table.rows[row][i]));
    }
    text += line_of(cells);
  }
  return text;
}

std::string label_of(const std::string& title) {
  std::string label = file_word(one_line(title));
  std::ranges::transform(label, label.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return replaced(label, "_", "-");
}

std::string part(const TextTable& table, std::size_t first, std::size_t end, const std::string& caption,
                 const std::string& label) {
  std::vector<std::string> titles;
  for (const TextColumn& column : table.columns) titles.push_back(latex_text(column.title));
  std::string text = "\\begin{table}[htbp]\n\\centering\n\\footnotesize\n";
  text += "\\caption{" + caption + "}\n\\label{tab:" + label + "}\n";
  if (table.columns.size() > kManyColumns) text += "\\scriptsize\n";
  text += "\\setlength{\\tabcolsep}{4pt}\n";
  // In the middle of the page where it is wider than the text.
  text += "\\makebox[\\linewidth][c]{\\begin{tabular}{@{}" + column_letters(table) + "@{}}\n\\toprule\n" +
          line_of(titles) + "\\midrule\n";
  text += body(table, first, end) + "\\bottomrule\n\\end{tabular}}\n";
  if (end == table.rows.size() && !table.notes.empty()) {
    text += "\n\\footnotesize\\raggedright\n";
    for (const std::string& note : table.notes) text += "\\par\\smallskip " + latex_text(note) + "\n";
  }
  return text + "\\end{table}\n";
}

}  // namespace

std::string latex_text(const std::string& raw) {
  const std::string clean = one_line(raw);
  std::string_view rest = clean;
  std::string text;
  bool code = false;
  bool quote = false;
  while (!rest.empty()) {
    const std::string_view character = first_character(rest);
    rest.remove_prefix(character.size());
    if (character == "`" && (code || rest.find('`') != std::string_view::npos)) {
      code = !code;
      text += code ? "\\texttt{" : "}";
    } else if (character == "\"" && !code) {
      quote = !quote;
      text += quote ? "``" : "''";
    } else {
      text += latex_character(character);
    }
  }
  return text;
}

std::string to_latex(const TextTable& table, const std::string& given_label) {
  const std::string label = given_label.empty() ? label_of(table.title) : label_of(given_label);
  const std::size_t parts = std::max<std::size_t>(1, (table.rows.size() + kMostRows - 1) / kMostRows);
  std::string text;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t first = i * kMostRows;
    const std::size_t end = std::min(table.rows.size(), first + kMostRows);
    const std::string number = parts > 1 ? fmt::format(" ({} of {})", i + 1, parts) : "";
    text += part(table, first, end, latex_text(table.title) + number + ".",
                 label + (i > 0 ? fmt::format("-{}", i + 1) : ""));
  }
  return text;
}

std::string latex_report(const std::string& study, const std::vector<TextTable>& tables) {
  std::string text = "% Tables of the study " + one_line(study) +
                     ", for \\input.\n% The document needs \\usepackage{booktabs}, nothing else, and UTF-8 (the usual "
                     "since 2018).\n% Tables wider than the text reach into both margins.\n"
                     "% Made by `exitaudit report`; it is written anew each time, so change a copy.\n";
  for (const TextTable& table : tables) {
    if (!table.rows.empty()) text += "\n" + to_latex(table);
  }
  return text;
}

}  // namespace exitaudit::report
