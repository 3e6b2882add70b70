#pragma once
// Percentile bootstrap (Efron, 1979): the interval of a number that has no closed one, from 1,000 resamples.
//
// Membership figures are resampled within members and within non-members, because both counts are the auditor's choice
// and not chance. Scores are sorted once; a resample is a count per place, so 10,000 samples take a tenth of a second.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/base/random.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {

inline constexpr std::int64_t kResamples = 1000;

/// Of the mean of `values`. No interval for fewer than two values.
Interval bootstrap_mean(std::span<const double> values, RandomStream random, double confidence = 0.95);

struct MembershipIntervals {
  Interval auc;
  Interval balanced_accuracy;
};

/// Stratified. No intervals without members or without non-members.
MembershipIntervals bootstrap_membership(std::span<const double> scores, std::span<const std::uint8_t> decisions,
                                         std::span<const std::uint8_t> members, RandomStream random,
                                         double confidence = 0.95);

/// Samples per place: how often each of a few values (bins of a histogram) is seen.
using Counts = std::vector<std::uint32_t>;

/// `statistic` of two strata, each drawn again with replacement kResamples times; a sample is the place (0 .. places-1)
/// that it falls on. Empty where a stratum is.
std::vector<double> resample_strata(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                    std::size_t places,
                                    const std::function<double(const Counts&, const Counts&)>& statistic,
                                    RandomStream random);

/// Quantile of sorted values, linear between them; there is at least one.
double quantile(std::span<const double> sorted, double share);

/// The middle `confidence` of some values. No interval of none.
Interval percentiles(std::vector<double> values, double confidence = 0.95);

}  // namespace exitaudit::statistics
