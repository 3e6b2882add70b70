#include "report/formats/csv_line.h"

#include <fmt/format.h>

#include <cmath>

namespace exitaudit::report {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char letter : text) cell += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return cell + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += (&cell == cells.data() ? "" : ",") + quoted(cell);
  return text + "\n";
}

std::string csv_number(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.17g}", value);
}

}  // namespace exitaudit::report
