#include "report/study_results.h"

#include <fmt/format.h>

#include <array>

namespace exitaudit::report {

std::string to_string(ResultState state) {
  constexpr std::array kNames{"there",   "missing", "running", "failed",
                              "blocked", "stale",   "corrupt", "not in this version"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string list_counts(const StateCounts& counts) {
  std::string text;
  for (const auto& [state, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(state));
  return text;
}

}  // namespace exitaudit::report
