#pragma once
// NetworkPlan: a network written down layer by layer with its sizes. No torch: the modules, the operation counts and
// the initial weights are all made from the same plan, so they cannot disagree (specification 2).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/networks/network_options.h"

namespace exitaudit::networks {

/// Size of one sample between two layers: a map of channels x side x side, or, where side is 0, a vector.
struct MapSize {
  std::int64_t channels = 0;
  std::int64_t side = 0;
  std::int64_t elements() const { return side == 0 ? channels : channels * side * side; }
  bool operator==(const MapSize&) const = default;
};

enum class LayerKind { kConv, kBatchNorm, kRelu, kRelu6, kMaxPool, kAveragePool, kFlatten, kLinear, kDropout };

struct Layer {
  LayerKind kind = LayerKind::kRelu;
  std::string name;  ///< of its parameters, unique in its chain; empty where it has none
  MapSize in;
  MapSize out;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  bool bias = true;
  double rate = 0.5;      ///< dropout
  double momentum = 0.1;  ///< batch normalisation
};

/// Layers in a row; residual ones add their input, or what the shortcut makes of it.
struct BlockPlan {
  std::vector<Layer> body;
  std::vector<Layer> shortcut;  ///< empty = identity
  bool residual = false;
  bool relu_after_sum = false;
  const MapSize& out() const { return body.back().out; }
};

/// An early exit: a learnt mix of max and average pooling, then a small classifier (2.3).
struct HeadPlan {
  std::int64_t after_block = 0;
  MapSize in;
  std::int64_t pool = 0;  ///< kernel and stride of the mix; 0 = flatten only
  MapSize pooled;
  std::vector<Layer> layers;
};

/// How fresh weights are drawn (2.4).
enum class InitRule { kVgg, kResnet, kWideResnet, kMobilenet, kFcn };

struct NetworkPlan {
  NetworkOptions options;
  NetworkShape shape;
  InitRule init = InitRule::kVgg;
  std::vector<Layer> stem;
  std::vector<BlockPlan> blocks;
  std::vector<HeadPlan> heads;  ///< [exits - 1], by depth
  std::vector<Layer> end;       ///< the last exit; its last layer gives the logits

  std::int64_t exits() const { return options.exits; }
  std::int64_t features() const { return end.back().in.channels; }  ///< width of the last layer's input
};

/// Throws BadInput where the network does not take this data, or has no such number of exits.
NetworkPlan make_plan(const NetworkOptions& options, const NetworkShape& shape);

/// Calls `visit` with each layer of the vanilla network in order and the prefix of its parameters' names ("blocks.3.").
void for_each_backbone_layer(const NetworkPlan& plan,
                             const std::function<void(const std::string& prefix, const Layer&)>& visit);

/// Trainable numbers; running statistics are not counted.
std::int64_t count_parameters(const NetworkPlan& plan);
std::int64_t count_parameters(const Layer& layer);

}  // namespace exitaudit::networks
