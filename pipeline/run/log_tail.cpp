#include "pipeline/run/log_tail.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace exitaudit {
namespace {

constexpr std::uint64_t kTailBytes = 16384;
constexpr std::size_t kLineBytes = 400;

std::string valid_utf8(const std::string& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7f;
}

/// U+0080 … U+009F, which terminals obey as they do escape sequences.
bool is_high_control(const std::string& text, std::size_t at) {
  return at + 1 < text.size() && text[at] == '\xc2' && static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

}  // namespace

std::uint64_t log_size(const std::filesystem::path& log) {
  std::error_code error;
  const auto size = std::filesystem::file_size(log, error);
  return error ? 0 : size;
}

std::string printable(const std::string& line) {
  std::string text = line.substr(0, line.find_last_not_of("\r\n") + 1);
  text = text.substr(text.rfind('\r') + 1);
  text = valid_utf8(text.substr(0, kLineBytes));
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t') text[i] = ' ';
    if (is_high_control(text, i)) text.replace(i, 2, "?");
    if (is_control(static_cast<unsigned char>(text[i]))) text[i] = '?';
  }
  return text;
}

std::vector<std::string> log_tail(const std::filesystem::path& log, std::uint64_t from) {
  const std::uint64_t size = log_size(log);
  if (size <= from) return {};
  const std::uint64_t first = std::max(from, size > kTailBytes ? size - kTailBytes : 0);
  std::ifstream file(log, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(first));
  std::string bytes(static_cast<std::size_t>(size - first), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  std::istringstream text(bytes);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(printable(line));
  // What begins in the middle of a line is not shown as one.
  if (first > from && lines.size() > 1) lines.erase(lines.begin());
  if (lines.size() > kTailLines) lines.erase(lines.begin(), lines.end() - kTailLines);
  return lines;
}

}  // namespace exitaudit
