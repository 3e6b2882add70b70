#include "report/formats/terminal.h"

#include <numeric>
#include <sstream>

#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

/// Lines of the columns that are not grouped.
class Lines {
 public:
  Lines(const TextTable& table, std::size_t width) : table_(table), widths_(column_widths(table)) {
    const std::size_t count = widths_.size() - table.grouped;
    const auto from = widths_.begin() + static_cast<std::ptrdiff_t>(table.grouped);
    const std::size_t text = std::accumulate(from, widths_.end(), std::size_t{0});
    gap_ = text + 2 * count > width ? 1 : 2;
    total_ = text + gap_ * count;
  }

  std::string titles() const {
    return line([&](std::size_t i) { return table_.columns[i].title; });
  }
  std::string rule() const {
    std::string text(gap_, ' ');
    for (std::size_t i = gap_; i < total_; ++i) text += "─";
    return text + "\n";
  }
  std::string row(const std::vector<std::string>& cells) const {
    return line([&](std::size_t i) { return cells[i]; });
  }

 private:
  template <class Text>
  std::string line(Text text_of) const {
    std::string text;
    for (std::size_t i = table_.grouped; i < widths_.size(); ++i) {
      text += std::string(gap_, ' ') + padded(text_of(i), widths_[i], table_.columns[i].numeric);
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }

  const TextTable& table_;
  std::vector<std::size_t> widths_;
  std::size_t gap_ = 2;
  std::size_t total_ = 0;
};

std::string heading(const std::vector<std::string>& row, std::size_t grouped) {
  std::string text;
  for (std::size_t i = 0; i < grouped; ++i) text += (text.empty() ? "" : " · ") + row[i];
  return text;
}

}  // namespace

std::string wrapped(const std::string& text, const std::string& first, std::size_t width) {
  const std::string indent(text_width(first), ' ');
  std::istringstream words(text);
  std::string all;
  std::string line = first;
  bool empty = true;
  for (std::string word; words >> word;) {
    if (!empty && text_width(line) + 1 + text_width(word) > width) {
      all += line + "\n";
      line = indent;
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
  }
  return all + line + "\n";
}

std::string to_terminal(const TextTable& table, std::size_t width) {
  const Lines lines(table, width);
  std::string text = table.title + "\n" + lines.titles() + lines.rule();
  std::string group;
  for (const auto& row : table.rows) {
    const std::string next = heading(row, table.grouped);
    if (next != group) text += next + "\n";
    group = next;
    text += lines.row(row);
  }
  if (!table.notes.empty()) text += "\n";
  for (const std::string& note : table.notes) text += wrapped(note, "  - ", width);
  return text;
}

}  // namespace exitaudit::report
