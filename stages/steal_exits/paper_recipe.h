#pragma once
// The paper's own recipe (specification 6.2, Clustering [C]), less its leaks: a Gaussian density of one fixed bandwidth
// on 50 points, whose first exits - 1 lowest points are the borders. No truth takes part, as it did in the released
// code (specification 10, items 3 and 5).

#include <cstdint>
#include <span>

#include "stages/steal_exits/exit_thief.h"

namespace exitaudit::steal_exits {

/// Log-density on 50 points of [0, max + 0.5 ms], summed directly. A border is a point both of whose neighbours are
/// larger; the first exits - 1 are kept, known number of exits (X11), and `estimated_exits` counts them all. Clusters
/// are exits 0, 1, 2, …
ExitBorders draw_paper_borders(std::span<const double> times_ms, std::int64_t exits, double bandwidth_ms);

}  // namespace exitaudit::steal_exits
