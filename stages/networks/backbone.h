#pragma once
// Backbones: each network family's own layers, without early exits (specification 2.2).

#include <array>
#include <cstdint>
#include <vector>

#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

/// A backbone and what its family's early exits look like.
struct Backbone {
  InitRule init = InitRule::kVgg;
  std::vector<Layer> stem;
  std::vector<BlockPlan> blocks;
  std::vector<Layer> end;
  std::int64_t head_hidden = 512;            ///< hidden width of an early exit's classifier
  std::array<std::int64_t, 5> placements{};  ///< the released code's: block indices, shallowest first (2.1)
};

/// What a backbone is made for.
struct BackboneRequest {
  MapSize input;
  std::int64_t classes = 10;
  double width = 1;

  /// A channel or hidden width of the paper's network, scaled; at least 1.
  std::int64_t scaled(std::int64_t paper_width) const;
  /// The deeper stems and larger classifiers of 64-pixel images.
  bool large_images() const { return input.side >= 64; }
};

Backbone vgg16(const BackboneRequest& request);
Backbone resnet56(const BackboneRequest& request);
Backbone wide_resnet32(const BackboneRequest& request);
Backbone mobilenet(const BackboneRequest& request);
Backbone mobilenet_v2(const BackboneRequest& request);
/// FCN-18 of five hidden layers of `hidden` units at width 1: 1024, 2048, 3072 or 4096 (X4).
Backbone fcn18(const BackboneRequest& request, std::int64_t hidden);

}  // namespace exitaudit::networks
