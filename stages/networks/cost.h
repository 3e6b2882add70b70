#pragma once
// Operation counts of a network (specification 4): as the paper's code counts them, and counted right.

#include <vector>

#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

/// kOfficial: depthwise convolutions counted too often, pooling too little, several layers not at all (X19).
enum class CostRule { kOfficial, kCorrected };

double layer_cost(const Layer& layer, CostRule rule);
double chain_cost(const std::vector<Layer>& layers, CostRule rule);
double block_cost(const BlockPlan& block, CostRule rule);
double head_cost(const HeadPlan& head, CostRule rule);

/// [exits] operations of one sample that leaves at each exit: the backbone so far and every head met on the way.
std::vector<double> exit_costs(const NetworkPlan& plan, CostRule rule);

/// [blocks] operations of the backbone alone up to and with each block.
std::vector<double> backbone_costs(const std::vector<Layer>& stem, const std::vector<BlockPlan>& blocks, CostRule rule);

}  // namespace exitaudit::networks
