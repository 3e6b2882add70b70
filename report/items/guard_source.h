#pragma once
// "stolen/copies=1/guard=0.5/likelihood": an exit source behind TimeGuard, taken apart.

#include <optional>
#include <string>

namespace exitaudit::report {

struct GuardSource {
  std::string before;  ///< "stolen/copies=1"
  double sigma_ms = 0;
  std::string adversary;  ///< "unaware" (the paper's), "likelihood", "retrained", "averaging"
};

/// Nothing for a source without a guard.
std::optional<GuardSource> parse_guard(const std::string& exit_source);

}  // namespace exitaudit::report
