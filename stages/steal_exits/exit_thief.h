#pragma once
// The exit thief: tells from times alone which exit answered (specification 6.2). It sees the density of the times,
// counts the clusters that its valleys part, and takes each cluster for an exit.
//
// A valley counts where its depth is not chance: the lower of its peaks stands six standard errors above it and the
// valley holds at most four fifths of that peak's density. Both are free of any scale, so the same rule serves models
// whose exits lie 0.1 ms and 100 ms apart; how many samples an exit has matters only as far as it makes a peak sure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/statistics/kernel_density.h"
#include "stages/steal_exits/steal_exits_options.h"
#include "stages/steal_exits/timings.h"

namespace exitaudit::steal_exits {

/// What the thief draws on the times that it fits.
struct ExitBorders {
  std::vector<double> grid;          ///< [points] ms
  std::vector<double> density;       ///< [points] per ms
  std::vector<double> valleys;       ///< [borders] ms, rising: those that part exits
  std::vector<std::int32_t> exits;   ///< [borders + 1] the exit below the first border, between the first two, …
  std::int64_t estimated_exits = 1;  ///< clusters that stood out, before the model's number of exits is used
  std::string method;                ///< for people
};

/// `times_ms`: one a sample, at least one. `exits`: how many the model is known to have, which its clusters are then
/// fitted to: too many, and the exits - 1 most prominent valleys are kept; too few, and they are numbered after `own`'s
/// times (see nearest_exits), or 0, 1, 2, … where `own` has none or too few. Only Recipe::kSound.
/// Throws Error(kFailure) where the bandwidth is `shadow` and there is no `own`.
ExitBorders draw_borders(std::span<const double> times_ms, std::int64_t exits, const std::optional<OwnModel>& own,
                         const StealExitsOptions& options);

/// [n] The exit of each time: that of the cluster it lies in; a time on a border lies above it.
std::vector<std::int32_t> tell_exits(const ExitBorders& borders, std::span<const double> times_ms);

}  // namespace exitaudit::steal_exits
