#pragma once
// make_partition: target and shadow, members and non-members, drawn once for all networks of a dataset and a seed.

#include <cstdint>

#include "stages/schema/partition.h"
#include "stages/split/split_options.h"

namespace exitaudit::split {

/// Four disjoint parts of equal size, from the permutation stream("split", dataset, seed) of the pool: its quarters are
/// target members, target test, shadow members, shadow test, and each part is the beginning of its quarter, so that
/// fewer samples per part are a subset of more. Up to three samples are left over. From each test part round(share *
/// size) samples, at least one, are drawn for calibration by stream("calibration", dataset, role, seed); the rest keep
/// their order. Members are not cut to the number of non-members: `record` balances them. Throws BadInput where the
/// pool has too few samples.
schema::Partition make_partition(std::int64_t count, std::int64_t train_count, const SplitJob& job);

}  // namespace exitaudit::split
