#pragma once
// Null check: an attack judged against permuted membership must succeed as often as chance, or the audit itself leaks.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::statistics {

inline constexpr double kNullConfidence = 0.999;  ///< of all permutations together

/// One "attack_success" for each permutation of `members` (slice "permutation=k"; its interval is Clopper-Pearson's at
/// Šidák's level, so that all of them hold together with 99.9 %), then slice "null", metric "null_within": 1 where each
/// interval holds what chance gives (0.5 for equal numbers of members and non-members), else 0; n = permutations.
/// Empty for permutations = 0. `name` names the random streams.
std::vector<schema::Measurement> check_null(std::span<const std::uint8_t> decisions,
                                            std::span<const std::uint8_t> members, std::int64_t permutations,
                                            const std::string& name);

}  // namespace exitaudit::statistics
