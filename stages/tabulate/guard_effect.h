#pragma once
// What TimeGuard achieves: the smallest delay at which the hybrid attack falls to the original one (specification 7,
// Figure 20), for each adversary of the guard.

#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::tabulate {

/// Two trained attacks are as good as each other within half a point of success: the hybrid is a model of its own, and
/// does not become the original to the last sample where its exits tell nothing. A choice of ours; the paper reads a
/// crossing of two lines off a figure.
inline constexpr double kAsGood = .005;

/// From the attacks of a table (slice "all", attack_success), a few rows for each model, attack and adversary that a
/// guard was swept against: no attack, exit_source "<attack>/<source of the exits>/guard[/<adversary>]", slice "all",
/// metrics
///   smallest_sigma_ms  where the hybrid first is as good as the original (0: without a guard, too), NaN
///   where it never is; n = sigmas tried original_success, unguarded_success, guarded_success (at that sigma; at the
///   largest where there is none), with the attacks' own intervals
/// Nothing where the original or the unguarded hybrid is missing.
std::vector<schema::TableRow> guard_effects(const std::vector<schema::TableRow>& rows);

}  // namespace exitaudit::tabulate
