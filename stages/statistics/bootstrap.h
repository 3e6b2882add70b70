#pragma once
// Percentile bootstrap (Efron, 1979): the interval of a number that has no closed one, from 1,000 resamples.
//
// Membership figures are resampled within members and within non-members, because both counts are the auditor's choice
// and not chance. Scores are sorted once; a resample is a count per place, so 10,000 samples take a tenth of a second.

#include <cstdint>
#include <span>

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

}  // namespace exitaudit::statistics
