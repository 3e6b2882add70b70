#pragma once
// A user's HDF5 file of named float arrays, held against a network's plan.

#include <filesystem>
#include <string>
#include <vector>

#include "stages/networks/network_plan.h"
#include "stages/schema/weights.h"

namespace exitaudit::import_weights {

/// The arrays of `plan`'s network out of `path`, where they lie in the root group under their names as float16, float32
/// or float64; PyTorch's batch counters ("….num_batches_tracked") are passed over. The history is empty.
/// Throws BadInput naming file and array: missing (with the nearest name), one too many, of another type or shape, or
/// with a value that is no float, a negative variance or a deviation of 0.
schema::Weights read_weights_file(const std::filesystem::path& path, const networks::NetworkPlan& plan);

}  // namespace exitaudit::import_weights
