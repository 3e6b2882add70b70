// MobileNet: 13 depthwise-separable blocks, those of the released code (V1; specification 2.2, X2).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

struct Step {
  std::int64_t channels;
  std::int64_t stride;
};
constexpr std::array<Step, 13> kSteps{{{64, 1},
                                       {128, 2},
                                       {128, 1},
                                       {256, 2},
                                       {256, 1},
                                       {512, 2},
                                       {512, 1},
                                       {512, 1},
                                       {512, 1},
                                       {512, 1},
                                       {512, 1},
                                       {1024, 2},
                                       {1024, 1}}};

BlockPlan separable_block(MapSize in, std::int64_t channels, std::int64_t stride) {
  LayerWriter body(in);
  body.conv("depthwise", in.channels, {.stride = stride, .groups = in.channels, .bias = false});
  body.batch_norm("norm0").relu();
  body.conv("pointwise", channels, {.kernel = 1, .bias = false}).batch_norm("norm1").relu();
  return {.body = body.layers(), .shortcut = {}};
}

}  // namespace

Backbone mobilenet(const BackboneRequest& request) {
  Backbone backbone{.init = InitRule::kMobilenet, .stem = {}, .blocks = {}, .end = {}, .placements = {1, 3, 5, 7, 10}};
  LayerWriter stem(request.input);
  stem.conv("conv", request.scaled(32), {.bias = false}).batch_norm("norm").relu();
  MapSize size = stem.size();
  backbone.stem = stem.layers();
  for (const Step& step : kSteps) {
    backbone.blocks.push_back(separable_block(size, request.scaled(step.channels), step.stride));
    size = backbone.blocks.back().out();
  }
  LayerWriter end(size);
  end.average_pool(size.side).flatten().linear("linear0", request.scaled(1024)).dropout();
  end.linear("linear1", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(1024);
  return backbone;
}

}  // namespace exitaudit::networks
