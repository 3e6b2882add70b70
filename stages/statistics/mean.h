#pragma once
// Means with normal intervals, also of values that come in clusters whose members are alike.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/schema/measurement.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {

inline constexpr double kNormal95 = 1.959963984540054;  ///< half of a 95 % interval in standard errors

/// Middle of some values, of an even number the mean of both; there is at least one.
double median(std::vector<double> values);

/// Student's 95 % interval of a mean of independent values; NaN for fewer than two.
Interval t_interval(std::span<const double> values);

/// Slice "all", n = values, 95 %; no interval for fewer than two values, NaN for none.
schema::Measurement mean(const std::string& metric, std::span<const double> values);

/// The same of `values` [n, columns], where rows with one of `clusters` [n] depend on each other; n = rows. The
/// variance sums over clusters (a ratio estimator: Cochran, Sampling Techniques, 1977, chapter 6); no interval for
/// fewer than two.
schema::Measurement clustered_mean(const std::string& metric, std::span<const double> values,
                                   std::span<const std::uint64_t> clusters);

}  // namespace exitaudit::statistics
