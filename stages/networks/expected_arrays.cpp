#include "stages/networks/expected_arrays.h"

#include <fmt/format.h>

namespace exitaudit::networks {
namespace {

void add_layer(const std::string& prefix, const Layer& layer, std::vector<ExpectedArray>& arrays) {
  const std::string name = prefix + layer.name;
  const std::int64_t out = layer.out.channels;
  switch (layer.kind) {
    case LayerKind::kConv:
      arrays.push_back({name + ".weight", {out, layer.in.channels / layer.groups, layer.kernel, layer.kernel}});
      break;
    case LayerKind::kLinear:
      arrays.push_back({name + ".weight", {out, layer.in.channels}});
      break;
    case LayerKind::kBatchNorm:
      for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
        arrays.push_back({name + part, {out}});
      }
      return;
    default:
      return;
  }
  if (layer.bias) arrays.push_back({name + ".bias", {out}});
}

}  // namespace

std::vector<ExpectedArray> expected_arrays(const NetworkPlan& plan) {
  std::vector<ExpectedArray> arrays;
  if (!plan.shape.mean.empty()) {
    const auto channels = static_cast<std::int64_t>(plan.shape.mean.size());
    for (const char* part : {"normalize.mean", "normalize.deviation"}) arrays.push_back({part, {1, channels, 1, 1}});
  }
  for_each_backbone_layer(plan,
                          [&](const std::string& prefix, const Layer& layer) { add_layer(prefix, layer, arrays); });
  for (std::size_t i = 0; i < plan.heads.size(); ++i) {
    const std::string prefix = fmt::format("heads.{}.", i);
    if (plan.heads[i].pool > 0) arrays.push_back({prefix + "mix", {1}});
    for (const Layer& layer : plan.heads[i].layers) add_layer(prefix, layer, arrays);
  }
  return arrays;
}

}  // namespace exitaudit::networks
