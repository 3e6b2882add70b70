#pragma once
// The named arrays that a network of a plan holds, without making the network: what weights from elsewhere must bring.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

struct ExpectedArray {
  std::string name;                 ///< "blocks.0.conv.weight"
  std::vector<std::int64_t> shape;  ///< as PyTorch's: convolutions [out, in / groups, kernel, kernel]
};

/// Every parameter and buffer of the plan's network but the batch counters, in the plan's order, the heads last.
std::vector<ExpectedArray> expected_arrays(const NetworkPlan& plan);

}  // namespace exitaudit::networks
