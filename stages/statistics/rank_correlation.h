#pragma once
// Rank correlation (Spearman, 1904): whether one number rises or falls with another, however it does so. For the
// gates of specification 9, "decreasing in the number of exits", "increasing with depth".

#include <span>

#include "pipeline/base/random.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {

inline constexpr std::size_t kFewestRanked = 3;  ///< points; two are always in order or against it

/// Correlation of the ranks of x and y, equal values sharing the mean of their ranks: -1 .. 1. NaN for fewer than
/// kFewestRanked points, or where all x or all y are equal.
double rank_correlation(std::span<const double> x, std::span<const double> y);

/// The measured numbers y with their 95 % intervals [low, high], at places x that were chosen and not drawn: each y is
/// drawn again, 1,000 times, from a normal whose two halves have the widths of the interval's two halves, and the
/// middle `confidence` of the correlations is taken. So it tells whether these very points are in order, for what
/// measuring leaves open; since a measured y carries its chance already, the interval leans towards 0: conservative.
/// A y whose interval is NaN stays as it is. No interval where every interval is NaN or there is no correlation.
Interval rank_correlation_interval(std::span<const double> x, std::span<const double> y, std::span<const double> low,
                                   std::span<const double> high, RandomStream random, double confidence = 0.95);

}  // namespace exitaudit::statistics
