#include "stages/steal_exits/cluster_numbers.h"

#include <cmath>
#include <limits>

#include "pipeline/base/error.h"
#include "stages/statistics/mean.h"

namespace exitaudit::steal_exits {

std::vector<ExitCenter> exit_centers(const OwnModel& own) {
  require(own.time_ms.size() == own.exit.size(), "one exit a time of the adversary's own");
  std::vector<std::vector<double>> times(static_cast<std::size_t>(own.exits));
  for (std::size_t i = 0; i < own.exit.size(); ++i) {
    times.at(static_cast<std::size_t>(own.exit[i])).push_back(own.time_ms[i]);
  }
  std::vector<ExitCenter> found;
  for (std::size_t exit = 0; exit < times.size(); ++exit) {
    if (!times[exit].empty()) found.push_back({static_cast<std::int32_t>(exit), statistics::median(times[exit])});
  }
  return found;
}

std::vector<std::int32_t> nearest_exits(std::span<const double> cluster_ms, std::span<const ExitCenter> exits) {
  const std::size_t clusters = cluster_ms.size();
  if (clusters > exits.size()) return {};
  // cost[c][e]: least sum for the first c clusters among the first e exits.
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> cost(clusters + 1, std::vector<double>(exits.size() + 1, kNever));
  cost[0].assign(exits.size() + 1, 0);
  const auto with = [&](std::size_t c, std::size_t e) {  // cluster c-1 is exit e-1
    return cost[c - 1][e - 1] + std::abs(cluster_ms[c - 1] - exits[e - 1].time_ms);
  };
  for (std::size_t c = 1; c <= clusters; ++c) {
    for (std::size_t e = c; e <= exits.size(); ++e) cost[c][e] = std::min(cost[c][e - 1], with(c, e));
  }
  std::vector<std::int32_t> found(clusters);
  std::size_t e = exits.size();
  for (std::size_t c = clusters; c > 0; --c, --e) {
    while (e > c && cost[c][e - 1] <= with(c, e)) --e;
    found[c - 1] = exits[e - 1].exit;
  }
  return found;
}

}  // namespace exitaudit::steal_exits
