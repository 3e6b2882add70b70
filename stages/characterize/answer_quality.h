#pragma once
// What else tells how a model answers (specification 8): use of exits, calibration, overthinking.

#include <vector>

#include "stages/schema/measurement.h"
#include "stages/schema/observations.h"

namespace exitaudit::characterize {

/// Slices "exit=k", "non_member_share": of the samples that left there; NaN with n = 0 where none did.
std::vector<schema::Measurement> non_member_shares(const schema::Observations& observations);

/// calibration_error_members and calibration_error_non_members, without intervals (resampling would only add to them):
/// slice "all" of the answers; slices "exit=k" as if that exit answered every sample, which a recording of answers
/// alone cannot tell.
std::vector<schema::Measurement> calibration_errors(const schema::Observations& observations);

/// Overthinking as Shallow-Deep Networks define it (Kaya et al., ICML 2019), by what every exit says, whatever tau:
///   wasteful     the final exit is right, and an earlier one said so already
///   destructive  the final exit is wrong, and an earlier one was right
/// overthinking_{wasteful,destructive}_{members,non_members} in slice "all": shares of those samples, Clopper-Pearson.
/// Empty for one exit, and for recordings of answers alone.
std::vector<schema::Measurement> overthinking(const schema::Observations& observations);

}  // namespace exitaudit::characterize
