#include "report/formats/markdown.h"

#include <algorithm>

#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

constexpr std::size_t kWidest = 48;  ///< a column that cells are filled up to; sentences are left as long as they are

/// A cell must not end itself or the line.
std::string escaped(const std::string& cell) {
  std::string text;
  for (const char letter : cell) {
    if (letter == '|') text += '\\';
    text += letter == '\n' ? ' ' : letter;
  }
  return text;
}

TextTable escaped(TextTable table) {
  for (TextColumn& column : table.columns) column.title = escaped(column.title);
  for (auto& row : table.rows) {
    for (std::string& cell : row) cell = escaped(cell);
  }
  return table;
}

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

std::string rule(const TextTable& table, const std::vector<std::size_t>& widths) {
  std::string text = "|";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    text += std::string(widths[i] + 1, '-') + (table.columns[i].numeric ? ":|" : "-|");
  }
  return text + "\n";
}

}  // namespace

std::string to_markdown(const TextTable& raw) {
  const TextTable table = escaped(raw);
  std::vector<std::size_t> widths = column_widths(table);
  for (std::size_t& width : widths) width = std::min(width, kWidest);
  const auto cells = [&](auto text_of) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < widths.size(); ++i)
      found.push_back(padded(text_of(i), widths[i], table.columns[i].numeric));
    return found;
  };
  std::string text = "## " + table.title + "\n\n";
  text += line(cells([&](std::size_t i) { return table.columns[i].title; }));
  text += rule(table, widths);
  for (const auto& row : table.rows) text += line(cells([&](std::size_t i) { return row[i]; }));
  if (!table.notes.empty()) text += "\n";
  for (const std::string& note : table.notes) text += "- " + note + "\n";
  return text;
}

}  // namespace exitaudit::report
