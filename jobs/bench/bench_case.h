#pragma once
// What the benchmarks share: random samples in the shapes that the networks take, a fresh network, and the fields that
// every line of output begins with.

#include <nlohmann/json.hpp>

#include "jobs/bench/bench_flags.h"
#include "stages/networks/network.h"
#include "stages/schema/dataset.h"

namespace exitaudit {

/// `count` images of 3 x 32 x 32, or rows of 600 bits, with random labels; the same every time.
schema::Dataset bench_data(const BenchCase& bench, std::int64_t count);

/// With initial weights, on the device.
std::shared_ptr<networks::MultiExitNetwork> bench_network(const BenchCase& bench, const schema::Dataset& data,
                                                          const torch::Device& device);

/// {"task", "network", "exits", "device", "samples", "threads", "parameters", "torch", …}
nlohmann::ordered_json describe(const BenchCase& bench, const torch::Device& device, std::int64_t parameters);

}  // namespace exitaudit
