#pragma once
// Jensen-Shannon divergence of two samples of losses, estimated as specification 8 says: equal bins on [0, q] with q
// the 99.5 % quantile of both together, the last bin open; logarithms to base 2, so 0 (alike) to 1 (never alike); the
// divergence itself, not its root.
//
// Two samples of one distribution differ by chance, and the more the fewer they are. So the mean divergence after the
// labels are permuted is taken off; otherwise a rarely used exit would always look leaky.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "stages/statistics/bootstrap.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {

/// [bins + 1] edges for these values, none negative; on [0, 1] where the quantile is 0.
std::vector<double> histogram_edges(std::vector<double> values, std::int64_t bins);

/// Bin of each value, 0 .. bins-1; what lies above the last edge is in the last bin.
std::vector<std::uint32_t> bins_of(std::span<const double> values, std::span<const double> edges);

/// Samples in each bin.
Counts count_bins(std::span<const std::uint32_t> bins_of_values, std::int64_t bins);

/// Of two histograms with equal bins, in bits. NaN where one of them is empty.
double jensen_shannon(const Counts& p, const Counts& q);

struct Divergence {
  double raw = std::numeric_limits<double>::quiet_NaN();        ///< of the two samples as they are
  double corrected = std::numeric_limits<double>::quiet_NaN();  ///< less what permuted labels give; may be below 0
  Interval interval = no_interval();                            ///< of `corrected`, 95 %
};

/// Of two equally large samples, as bins. `permutations` replicates estimate the bias (0: nothing is taken off). The
/// interval is the stratified bootstrap's spread around `corrected`: resampling adds a bias of its own, so its middle
/// is not used. `name` names the random streams. NaN for no samples.
Divergence estimate_divergence(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::int64_t bins,
                               std::int64_t permutations, const std::string& name);

}  // namespace exitaudit::statistics
