#pragma once
// Shares of right answers, and overfitting: how much better a model answers what it was trained on.

#include <cstdint>
#include <string>

#include "stages/schema/measurement.h"
#include "stages/schema/observations.h"
#include "stages/schema/thresholds.h"

namespace exitaudit::statistics {

/// hits of n with Clopper-Pearson's interval; NaN where n = 0.
schema::Measurement proportion(const std::string& slice, const std::string& metric, std::int64_t hits, std::int64_t n);

/// Right answers among some samples.
struct Score {
  std::int64_t right = 0;
  std::int64_t n = 0;
};

Score score_of(const schema::ThresholdPoint& point);
/// Of the recorded answers to members, or to non-members.
Score score_of(const schema::Observations& observations, bool members);

/// Slice "all", "overfitting": accuracy on training samples less accuracy on test samples, Newcombe's interval.
schema::Measurement overfitting(const Score& train, const Score& test);

}  // namespace exitaudit::statistics
