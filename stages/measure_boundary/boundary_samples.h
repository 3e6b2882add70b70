#pragma once
// Which samples are measured: of each exit as many members as non-members, so that a late exit, where non-members
// gather, does not win by its base rate (specification 5.4, 5.6). No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/schema/observations.h"

namespace exitaudit::measure_boundary {

inline constexpr std::int64_t kFewSamples = 30;  ///< of an exit and side: fewer tell little, and are reported

/// Rows of `observations`, ascending: of each exit min(members, non-members, cap) of each, drawn without replacement
/// from the streams named by `names`, the exit and the side.
std::vector<std::size_t> choose_boundary_samples(const schema::Observations& observations, std::int64_t cap,
                                                 const std::vector<std::string>& names);

/// [exits] of all samples, how many leave there.
std::vector<double> exit_shares(const schema::Observations& observations);

}  // namespace exitaudit::measure_boundary
