#pragma once
// The recorder: one batched pass through all exits, from which every sample's early answer is read (specification 5).

#include <cstdint>
#include <vector>

#include "stages/common/batches.h"
#include "stages/networks/network.h"
#include "stages/schema/observations.h"
#include "stages/schema/partition.h"

namespace exitaudit::record {

/// `wish`, or where that is 0 what suits the device: 64 on a CPU, where activations then stay in its caches (`exitaudit
/// bench record` tells the best), 1024 on a GPU.
std::int64_t batch_size_on(const torch::Device& device, std::int64_t wish);

/// The network must be on the samples' device; it is put into evaluation mode, and a second pass over the first
/// samples must show the same bits. Throws Error(kFailure) where it does not.
schema::Observations record(networks::MultiExitNetwork& network, const SampleBank& samples,
                            const schema::ChosenSamples& recorded, double tau, std::int64_t batch_size);

}  // namespace exitaudit::record
