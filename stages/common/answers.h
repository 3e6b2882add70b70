#pragma once
// Answers: the scores of a model's answers as an adversary reads them (specification 5.2).

#include <cstdint>
#include <vector>

#include "stages/schema/observations.h"

namespace exitaudit {

inline constexpr std::int64_t kTopScores = 3;  ///< of the released code's main path; fits every number of classes

/// [n, width] softmax probabilities of the exit taken, largest first; zeros where a model has fewer classes than
/// `width`. Throws Error(kFailure) with the sample's index where a score is not a finite number.
std::vector<float> sorted_scores(const schema::Observations& observations, std::int64_t width);

}  // namespace exitaudit
