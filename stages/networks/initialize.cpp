#include "stages/networks/initialize.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"

namespace exitaudit::networks {
namespace {

/// Spread of one layer's fresh weights: normal with a deviation, or uniform in -bound .. bound.
struct Spread {
  bool normal = true;
  double size = 0.01;
};

double fan_in(const Layer& layer) {
  if (layer.kind == LayerKind::kLinear) return static_cast<double>(layer.in.channels);
  return static_cast<double>(layer.kernel * layer.kernel * layer.in.channels / layer.groups);
}

double fan_out(const Layer& layer) {
  return static_cast<double>(layer.kernel * layer.kernel * layer.out.channels);
}

/// PyTorch's own: Kaiming uniform with a = sqrt 5.
Spread usual(const Layer& layer) {
  return {.normal = false, .size = 1 / std::sqrt(fan_in(layer))};
}

Spread conv_spread(const Layer& layer, InitRule rule) {
  switch (rule) {
    case InitRule::kVgg:
    case InitRule::kResnet:
      return {.normal = true, .size = std::sqrt(2 / fan_out(layer))};
    case InitRule::kWideResnet:
      return {.normal = false, .size = std::sqrt(2.0) * std::sqrt(6 / (fan_in(layer) + fan_out(layer)))};
    default:
      return usual(layer);
  }
}

Spread linear_spread(const Layer& layer, InitRule rule, bool in_head) {
  const bool own = in_head ? rule == InitRule::kVgg || rule == InitRule::kFcn : rule != InitRule::kMobilenet;
  return own ? Spread{} : usual(layer);
}

/// Biases start at 0 but where PyTorch's default rules.
bool zero_bias(InitRule rule, bool in_head) {
  return rule != InitRule::kMobilenet && !(in_head && rule == InitRule::kResnet);
}

void fill(torch::Tensor tensor, const Spread& spread, RandomStream& random) {
  std::vector<float> values(static_cast<std::size_t>(tensor.numel()));
  for (float& value : values) {
    const double unit = spread.normal ? random.normal() : 2 * random.uniform() - 1;
    value = static_cast<float>(unit * spread.size);
  }
  tensor.copy_(torch::from_blob(values.data(), tensor.sizes(), torch::kFloat));
}

/// Draws the layers of one network, by their parameters' names.
class Initializer {
 public:
  explicit Initializer(MultiExitNetwork& network)
      : rule_(network.plan().init), parameters_(network.named_parameters()) {}

  void draw(const std::string& prefix, const Layer& layer, bool in_head, RandomStream& random) {
    const std::string name = prefix + layer.name;
    if (layer.kind == LayerKind::kBatchNorm) {
      parameters_[name + ".weight"].fill_(1);
      parameters_[name + ".bias"].zero_();
      return;
    }
    if (layer.kind != LayerKind::kConv && layer.kind != LayerKind::kLinear) return;
    const bool conv = layer.kind == LayerKind::kConv;
    fill(parameters_[name + ".weight"], conv ? conv_spread(layer, rule_) : linear_spread(layer, rule_, in_head),
         random);
    if (!layer.bias) return;
    if (zero_bias(rule_, in_head)) {
      parameters_[name + ".bias"].zero_();
    } else {
      fill(parameters_[name + ".bias"], usual(layer), random);
    }
  }

  void draw_mix(const std::string& prefix, RandomStream& random) {
    parameters_[prefix + "mix"].fill_(random.uniform());
  }

 private:
  InitRule rule_;
  torch::OrderedDict<std::string, torch::Tensor> parameters_;
};

}  // namespace

void initialize(MultiExitNetwork& network, const InitNames& names) {
  const torch::NoGradGuard no_gradient;
  const NetworkPlan& plan = network.plan();
  const std::string_view family = name(plan.options.family);
  Initializer initializer(network);
  RandomStream backbone = stream("init", family, names.dataset, names.role, names.seed);
  for_each_backbone_layer(
      plan, [&](const std::string& prefix, const Layer& layer) { initializer.draw(prefix, layer, false, backbone); });
  for (std::size_t i = 0; i < plan.heads.size(); ++i) {
    RandomStream head =
        stream("init_head", family, names.dataset, names.role, names.seed, static_cast<std::int64_t>(i));
    const std::string prefix = fmt::format("heads.{}.", i);
    if (plan.heads[i].pool > 0) initializer.draw_mix(prefix, head);
    for (const Layer& layer : plan.heads[i].layers) initializer.draw(prefix, layer, true, head);
  }
}

}  // namespace exitaudit::networks
