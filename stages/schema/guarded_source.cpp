#include "stages/schema/guarded_source.h"

#include <charconv>

namespace exitaudit::schema {

std::optional<GuardedSource> parse_guarded_source(const std::string& exit_source) {
  const std::string mark = "/guard=";
  const std::size_t at = exit_source.find(mark);
  if (at == std::string::npos) return std::nullopt;
  GuardedSource found{.before = exit_source.substr(0, at), .adversary = "unaware"};
  const char* const end = exit_source.data() + exit_source.size();
  const auto number = std::from_chars(exit_source.data() + at + mark.size(), end, found.sigma_ms);
  if (number.ec != std::errc()) return std::nullopt;
  if (number.ptr != end) found.adversary.assign(number.ptr + 1, end);
  return found;
}

}  // namespace exitaudit::schema
