#pragma once
// aggregate: means and deviations over exits 2 to 6, as the paper averages, and over seeds beside it
// (specification 5.3), so that the one is never taken for the other.

#include <cstdint>
#include <vector>

#include "stages/schema/curve.h"
#include "stages/schema/measurement.h"

namespace exitaudit::tabulate {

inline constexpr std::int64_t kOverExits = 0;   ///< `exits` of a row that is averaged over exits
inline constexpr std::int64_t kOverSeeds = -1;  ///< `seed` of a row that is averaged over seeds

/// Averages the figures of slice "all". Two rows each: slice "mean over exits" (exits = 0), "mean over seeds"
/// (seed = -1) or "mean over exits and seeds" (both; over seeds, of the means over exits), with the bootstrap's
/// interval from five figures on; and "deviation over …", the sample deviation (n - 1). n = figures averaged: those
/// that are n/a are left out, and a single one is not averaged.
std::vector<schema::TableRow> aggregate(const std::vector<schema::TableRow>& rows);

/// By dataset, network, exits, seed, role, attack, exit source, shadow, slice (numbers in it by value), metric.
void sort_rows(std::vector<schema::TableRow>& rows);
void sort_curves(std::vector<schema::Curve>& curves);  ///< by the same, and name

}  // namespace exitaudit::tabulate
