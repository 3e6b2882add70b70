#pragma once
// Which exits the clusters of a density are, where fewer clusters than exits stand out.

#include <cstdint>
#include <span>
#include <vector>

#include "stages/steal_exits/timings.h"

namespace exitaudit::steal_exits {

struct ExitCenter {
  std::int32_t exit = 0;
  double time_ms = 0;
};

/// Median time of each exit that the adversary's own model took, by rising exit.
std::vector<ExitCenter> exit_centers(const OwnModel& own);

/// The exit of each cluster, whose centers rise: of all ways to give later clusters later exits, the one whose
/// distances |center - exit's center| have the least sum; the earlier exits where two are equal. Empty where there are
/// more clusters than exits.
std::vector<std::int32_t> nearest_exits(std::span<const double> cluster_ms, std::span<const ExitCenter> exits);

}  // namespace exitaudit::steal_exits
