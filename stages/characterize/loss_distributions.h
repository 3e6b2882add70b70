#pragma once
// Losses of members beside those of non-members, for the whole model and for the samples of each exit: histograms,
// means, Jensen-Shannon divergence (specification 8). The loss is that of the answer, at the exit taken.

#include <string>

#include "stages/characterize/characterize_options.h"
#include "stages/schema/characteristics.h"
#include "stages/schema/observations.h"

namespace exitaudit::characterize {

/// Histograms, and for the slices "all" and "exit=k" the measurements
///   mean_loss_members, mean_loss_non_members   of all samples of the slice, nats, bootstrap
///   js_divergence                              less its bias, bits, bootstrap; n = members + non-members compared
///   js_divergence_raw                          as it is
///   js_divergence[_raw]_25_bins, …_50_…, …_200_…   how much the number of bins matters
/// Of the larger side of a slice as many as of the smaller are drawn, by a named stream. NaN with n = 0 where a slice
/// lacks members or non-members. `name` names the random streams.
schema::Characteristics loss_distributions(const schema::Observations& observations, const CharacterizeOptions& options,
                                           const std::string& name);

}  // namespace exitaudit::characterize
