#include "report/formats/text_width.h"

#include <algorithm>

namespace exitaudit::report {

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool right_aligned) {
  const std::size_t own = text_width(text);
  const std::string space(width > own ? width - own : 0, ' ');
  return right_aligned ? space + text : text + space;
}

std::vector<std::size_t> column_widths(const TextTable& table) {
  std::vector<std::size_t> widths;
  for (const TextColumn& column : table.columns) widths.push_back(text_width(column.title));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_width(row[i]));
  }
  return widths;
}

}  // namespace exitaudit::report
