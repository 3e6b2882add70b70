#pragma once
// HopSkipJump in the L2 norm, untargeted (Chen, Jordan and Wainwright, 2020; specification 5.4): how far a sample is
// from another label, by labels alone. Many samples are in flight, so that their queries share large batches.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/measure_boundary/decision_oracle.h"

namespace exitaudit::measure_boundary {

/// The paper's budget: 2,243 probes and some 200 queries for searches along a line.
struct HopSkipJumpSettings {
  std::int64_t start_draws = 100;     ///< uniform samples, of which the first with another label is the start
  std::int64_t iterations = 10;       ///< t = 0 .. 9
  std::int64_t initial_probes = 100;  ///< iteration t has floor(initial_probes * sqrt(t + 1)) probes …
  std::int64_t most_probes = 10000;   ///< … at most
  double low = 0;                     ///< every query is clipped to low .. high, and start samples are drawn from it
  double high = 1;
  std::int64_t in_flight = 256;  ///< samples searched at a time; does not change a result
  std::int64_t batch = 1024;     ///< queries asked at a time, where the samples in flight have as many
};

/// What was found of one sample.
struct BoundaryPoint {
  std::int64_t label = 0;  ///< the oracle's answer to the sample itself
  bool found = false;      ///< some start sample had another label
  double distance = 0;     ///< L2 from the sample to the nearest point found that has another label; 0: none was found
  std::int64_t queries = 0;  ///< labels asked for
};

struct SearchProgress {
  std::int64_t finished = 0;  ///< samples
  double fraction = 0;        ///< of the whole, counting samples in flight by their iterations
};

/// One point for each of `samples` [n, d], float32 on the oracle's device. Sample i draws from the streams named by
/// `names`, index[i] and what they are for, so a result does not depend on who else is in flight. `after_round` is
/// called between batches; what it throws ends the search.
std::vector<BoundaryPoint> hop_skip_jump(
    DecisionOracle& oracle, const torch::Tensor& samples, const std::vector<std::int64_t>& index,
    const std::vector<std::string>& names, const HopSkipJumpSettings& settings,
    const std::function<void(const SearchProgress&)>& after_round = [](const SearchProgress&) {});

}  // namespace exitaudit::measure_boundary
