#include "stages/networks/cost.h"

namespace exitaudit::networks {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

double conv_cost(const Layer& layer, CostRule rule) {
  const double inputs = real(layer.kernel * layer.kernel * layer.in.channels / layer.groups);
  const double cost = real(layer.out.elements()) * (2 * inputs - 1 + (layer.bias ? 1 : 0));
  return rule == CostRule::kOfficial ? cost * real(layer.groups) : cost;
}

double max_pool_cost(std::int64_t kernel, std::int64_t outputs, CostRule rule) {
  return real(outputs) * (rule == CostRule::kOfficial ? real(kernel) - 1 : real(kernel * kernel) - 1);
}

double average_pool_cost(std::int64_t kernel, std::int64_t outputs, CostRule rule) {
  return real(outputs) * (rule == CostRule::kOfficial ? real(kernel) : real(kernel * kernel));
}

}  // namespace

double layer_cost(const Layer& layer, CostRule rule) {
  const std::int64_t outputs = layer.out.elements();
  switch (layer.kind) {
    case LayerKind::kConv:
      return conv_cost(layer, rule);
    case LayerKind::kBatchNorm:
      return layer.out.side == 0 && rule == CostRule::kOfficial ? 0 : 2 * real(outputs);
    case LayerKind::kRelu:
    case LayerKind::kRelu6:
      return real(outputs);
    case LayerKind::kMaxPool:
      return max_pool_cost(layer.kernel, outputs, rule);
    case LayerKind::kAveragePool:
      return average_pool_cost(layer.kernel, outputs, rule);
    case LayerKind::kLinear:
      return (2 * real(layer.in.channels) - 1) * real(outputs);
    case LayerKind::kFlatten:
    case LayerKind::kDropout:
      return 0;
  }
  return 0;
}

double chain_cost(const std::vector<Layer>& layers, CostRule rule) {
  double sum = 0;
  for (const Layer& layer : layers) sum += layer_cost(layer, rule);
  return sum;
}

double block_cost(const BlockPlan& block, CostRule rule) {
  const double outputs = real(block.out().elements());
  double sum = chain_cost(block.body, rule) + chain_cost(block.shortcut, rule);
  if (block.residual && rule == CostRule::kCorrected) sum += outputs;
  if (block.relu_after_sum) sum += outputs;
  return sum;
}

double head_cost(const HeadPlan& head, CostRule rule) {
  double sum = chain_cost(head.layers, rule);
  if (head.pool == 0) return sum;
  const std::int64_t outputs = head.pooled.elements();
  sum += max_pool_cost(head.pool, outputs, rule) + average_pool_cost(head.pool, outputs, rule);
  if (rule == CostRule::kCorrected) sum += 3 * real(outputs);
  return sum;
}

std::vector<double> backbone_costs(const std::vector<Layer>& stem, const std::vector<BlockPlan>& blocks,
                                   CostRule rule) {
  std::vector<double> costs;
  double sum = chain_cost(stem, rule);
  for (const BlockPlan& block : blocks) costs.push_back(sum += block_cost(block, rule));
  return costs;
}

std::vector<double> exit_costs(const NetworkPlan& plan, CostRule rule) {
  const std::vector<double> backbone = backbone_costs(plan.stem, plan.blocks, rule);
  std::vector<double> costs;
  double heads = 0;
  for (const HeadPlan& head : plan.heads) {
    heads += head_cost(head, rule);
    costs.push_back(backbone[static_cast<std::size_t>(head.after_block)] + heads);
  }
  costs.push_back(backbone.back() + heads + chain_cost(plan.end, rule));
  return costs;
}

}  // namespace exitaudit::networks
