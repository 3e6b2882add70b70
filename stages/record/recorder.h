#pragma once
// The recorder: one batched pass through all exits, from which every sample's early answer is read (specification 5).

#include <cstdint>
#include <vector>

#include "stages/common/batches.h"
#include "stages/networks/network.h"
#include "stages/schema/observations.h"
#include "stages/schema/partition.h"

namespace exitaudit::record {

/// Which samples, in which order, and which of them the model was trained on.
struct RecordedSamples {
  std::vector<std::int64_t> index;
  std::vector<std::uint8_t> member;
};

/// The first n members and the first n non-members, n as large as both parts and `cap` allow (0 = no cap). The
/// calibration samples are never among them, unless they are the whole test part.
RecordedSamples choose_samples(const schema::Side& side, std::int64_t cap);

/// The network must be on the samples' device; it is put into evaluation mode, and a second pass over the first
/// samples must show the same bits. Throws Error(kFailure) where it does not.
schema::Observations record(networks::MultiExitNetwork& network, const SampleBank& samples,
                            const RecordedSamples& recorded, double tau, std::int64_t batch_size);

}  // namespace exitaudit::record
