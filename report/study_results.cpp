#include "report/study_results.h"

#include <array>

namespace exitaudit::report {

std::string to_string(ResultState state) {
  constexpr std::array kNames{"there",   "missing", "running", "failed",
                              "blocked", "stale",   "corrupt", "not in this version"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace exitaudit::report
