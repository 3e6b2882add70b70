#pragma once
// Kernel density: how times are spread, as a sum of Gaussians, and where that sum has valleys (specification 6.2).
//
// Samples are dealt to the two nearest points of an equidistant grid and each point's share is spread by the kernel, so
// that a million samples cost as much as a few thousand points. Dealing out is interpolating the kernel linearly, and
// its error has a bound: (step/bandwidth)^2/8 of the largest value that any density of this bandwidth can have. With
// twelve points a bandwidth that is below 0.1 %.

#include <cstdint>
#include <span>
#include <vector>

namespace exitaudit::statistics {

/// A density on the grid first, first + step, …; at least 1,024 points, from three bandwidths below the smallest sample
/// to three above the largest.
struct Density {
  double first = 0;           ///< in the samples' unit, as is all but `value`
  double step = 0;            ///< at most a twelfth of the bandwidth
  double bandwidth = 0;       ///< the kernel's standard deviation
  std::int64_t samples = 0;   ///< behind it
  std::vector<double> value;  ///< [points] per unit; exactly 0 where no sample is within nine bandwidths

  double place(double point) const { return first + step * point; }
  double at(double x) const;  ///< linear between points, 0 outside
};

/// Of at least one sample, all finite; bandwidth > 0. Throws Error(kFailure) where the bandwidth is so small for the
/// samples' range that the grid would have more than four million points.
Density estimate_density(std::span<const double> samples, double bandwidth);

/// Silverman's rule: 0.9 min(deviation, quartile range / 1.349) n^(-1/5). Meant for one cluster; it smooths several
/// away. 0 where all samples are equal.
double silverman_bandwidth(std::span<const double> samples);

/// Improved Sheather-Jones (Botev, Grotowski and Kroese, Annals of Statistics 2010, section 4; seven stages as in their
/// code): assumes no normal anywhere, so many narrow clusters far apart do not widen it. Never below the tick of a
/// clock whose samples repeat (median gap of distinct values, where fewer than half the samples are distinct), and
/// Silverman's where its equation has no root. 0 where all samples are equal.
double isj_bandwidth(std::span<const double> samples);

/// A lowest point between two peaks.
struct Valley {
  double place = 0;       ///< middle of the lowest stretch
  double prominence = 0;  ///< fall of sqrt(density) from the lower of the peaks that it parts, in its standard errors
  double ratio = 0;       ///< its density over that peak's, 0 .. 1
};

/// All valleys, by rising place. A valley parts the highest peaks to its left and right that no deeper valley parts
/// from it. Roots, since the standard error of sqrt(density) is the same everywhere: sqrt(R / (4 n h)), R = 1 / (2 sqrt
/// pi).
std::vector<Valley> find_valleys(const Density& density);

}  // namespace exitaudit::statistics
