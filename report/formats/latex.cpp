#include "report/formats/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "report/formats/plain_text.h"
#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

constexpr std::size_t kManyColumns = 8;  ///< from here on in smaller print

// Of an article's page in \scriptsize, with caption and notes; rather too little than too much.
constexpr std::size_t kMostRows = 40;
constexpr double kMostLines = 50;  ///< of a table whose rows have several
constexpr double kBetweenRows = 0.6;
constexpr double kLine = 95;          ///< characters
constexpr std::size_t kWidest = 130;  ///< characters that a line holds with its margins

constexpr std::size_t kLongCell = 40;   ///< characters; longer ones are broken where a table is too wide
constexpr double kLeastForProse = 0.4;  ///< of a line
constexpr double kLeastShare = 0.25;    ///< of that, for one column of several

/// Where a table goes, on a page: its columns' widths, and how many rows fit.
class Layout {
 public:
  explicit Layout(const TextTable& table) : table_(table), widths_(column_widths(table)), shares_(widths_.size(), 0) {
    const std::size_t between = 2 * widths_.size();
    if (std::accumulate(widths_.begin(), widths_.end(), between) > kWidest) share_out();
  }

  bool breaks_lines() const {
    return std::ranges::any_of(shares_, [](double share) { return share > 0; });
  }
  bool in_small_print() const { return table_.columns.size() > kManyColumns || breaks_lines(); }
  bool breaks_lines(std::size_t column) const { return shares_[column] > 0; }

  /// tabular's argument.
  std::string columns() const {
    std::string text;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      text += breaks_lines(i)             ? fmt::format("p{{{:.2f}\\linewidth}}", shares_[i])
              : table_.columns[i].numeric ? "r"
                                          : "l";
    }
    return text;
  }

  /// The end of the page that begins with row `first`: at least a row further on.
  std::size_t end_of_page(std::size_t first) const {
    if (!breaks_lines()) return std::min(table_.rows.size(), first + kMostRows);
    double lines = 0;
    std::size_t end = first;
    while (end < table_.rows.size()) {
      lines += lines_of(table_.rows[end]) + kBetweenRows;
      if (end > first && lines > kMostLines) break;
      ++end;
    }
    return end;
  }

 private:
  bool is_prose(std::size_t column) const { return !table_.columns[column].numeric && widths_[column] > kLongCell; }

  /// Of what the other columns leave of a line each column of prose has as much as its texts are long, within reason.
  void share_out() {
    double others = 0;
    double prose = 0;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      if (is_prose(i)) {
        shares_[i] = all_characters(i);
        prose += shares_[i];
      } else {
        others += static_cast<double>(widths_[i] + 2);
      }
    }
    if (prose == 0) return;
    double sum = 0;
    for (double& share : shares_) {
      if (share > 0) sum += share = std::max(share / prose, kLeastShare);
    }
    const double left = std::max(kLeastForProse, 1 - others / kLine);
    for (double& share : shares_) share *= left / sum;
  }

  double all_characters(std::size_t column) const {
    std::size_t characters = 0;
    for (const auto& row : table_.rows) characters += text_width(row[column]);
    return static_cast<double>(characters);
  }

  double lines_of(const std::vector<std::string>& row) const {
    double most = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (breaks_lines(i))
        most = std::max(most, std::ceil(static_cast<double>(text_width(row[i])) / (shares_[i] * kLine)));
    }
    return most;
  }

  const TextTable& table_;
  std::vector<std::size_t> widths_;
  std::vector<double> shares_;  ///< of a line's width; 0 where the column is as wide as its longest cell
};

/// A row that begins with a bracket or a star would be an argument of the end or the rule before it. \tabularnewline
/// and not \\, which \raggedright makes its own.
std::string line_of(const std::vector<std::string>& cells) {
  const bool argument = !cells.empty() && (cells.front().starts_with('[') || cells.front().starts_with('*'));
  std::string text = argument ? "{}" : "";
  for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? " & " : "") + cells[i];
  return text + " \\tabularnewline\n";
}

/// How many first columns say what the row above says.
std::size_t repeated_cells(const TextTable& table, std::size_t row, std::size_t first) {
  if (row == first) return 0;
  std::size_t count = 0;
  while (count < table.grouped && table.rows[row][count] == table.rows[row - 1][count]) ++count;
  return count;
}

/// A broken cell is set ragged: narrow columns have no good place for every word.
std::string cell_of(const std::string& cell, bool breaks_lines) {
  return breaks_lines && !cell.empty() ? "\\raggedright " + latex_text(cell) : latex_text(cell);
}

std::string body(const TextTable& table, const Layout& layout, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t row = first; row < end; ++row) {
    const std::size_t repeated = repeated_cells(table, row, first);
    const bool begins_group = table.grouped > 0 && repeated < table.grouped;
    if (row > first && (begins_group || layout.breaks_lines())) text += "\\addlinespace\n";
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < table.rows[row].size(); ++i) {
      cells.push_back(i < repeated ? "" : cell_of(table.rows[row][i], layout.breaks_lines(i)));
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

std::string part(const TextTable& table, const Layout& layout, std::size_t first, std::size_t end,
                 const std::string& caption, const std::string& label) {
  std::vector<std::string> titles;
  for (const TextColumn& column : table.columns) titles.push_back(latex_text(column.title));
  std::string text = "\\begin{table}[htbp]\n\\centering\n\\footnotesize\n";
  text += "\\caption{" + caption + "}\n\\label{tab:" + label + "}\n\\smallskip\n";
  if (layout.in_small_print()) text += "\\scriptsize\n";
  text += "\\setlength{\\tabcolsep}{4pt}\n";
  // In the middle of the page where it is wider than the text.
  text += "\\makebox[\\linewidth][c]{\\begin{tabular}{@{}" + layout.columns() + "@{}}\n\\toprule\n" + line_of(titles) +
          "\\midrule\n";
  text += body(table, layout, first, end) + "\\bottomrule\n\\end{tabular}}\n";
  if (end == table.rows.size() && !table.notes.empty()) {
    text += "\n\\footnotesize\\raggedright\n";
    for (const std::string& note : table.notes) text += "\\par\\smallskip " + latex_text(note) + "\n";
  }
  return text + "\\end{table}\n";
}

}  // namespace

std::string to_latex(const TextTable& table, const std::string& given_label) {
  const std::string label = given_label.empty() ? label_of(table.title) : label_of(given_label);
  const Layout layout(table);
  std::vector<std::size_t> ends{layout.end_of_page(0)};
  while (ends.back() < table.rows.size()) ends.push_back(layout.end_of_page(ends.back()));
  std::string text;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string number = ends.size() > 1 ? fmt::format(" ({} of {})", i + 1, ends.size()) : "";
    text += part(table, layout, i > 0 ? ends[i - 1] : 0, ends[i], latex_text(table.title) + number + ".",
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
