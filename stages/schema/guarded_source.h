#pragma once
// GuardedSource: the `exit_source` of a table's row behind TimeGuard, "stolen/copies=1/guard=0.5/likelihood", taken
// apart.

#include <optional>
#include <string>

namespace exitaudit::schema {

struct GuardedSource {
  std::string before;  ///< "stolen/copies=1"
  double sigma_ms = 0;
  std::string adversary;  ///< "unaware" (the paper's; the source names none), "likelihood", "retrained", "averaging"
};

/// Nothing for a source without a guard.
std::optional<GuardedSource> parse_guarded_source(const std::string& exit_source);

}  // namespace exitaudit::schema
