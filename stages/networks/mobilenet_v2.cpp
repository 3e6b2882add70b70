// MobileNetV2: 17 inverted residual blocks, the common variant for small images (specification 2.2, X2).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

struct Stage {
  std::int64_t expansion;
  std::int64_t channels;
  int repeats;
  std::int64_t stride;  ///< of the first block
};
constexpr std::array<Stage, 7> kStages{
    {{1, 16, 1, 1}, {6, 24, 2, 1}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}};

BlockPlan inverted_block(MapSize in, std::int64_t expansion, std::int64_t channels, std::int64_t stride) {
  const std::int64_t wide = in.channels * expansion;
  LayerWriter body(in);
  if (expansion != 1) body.conv("expand", wide, {.kernel = 1, .bias = false}).batch_norm("norm0").relu6();
  body.conv("depthwise", wide, {.stride = stride, .groups = wide, .bias = false}).batch_norm("norm1").relu6();
  body.conv("project", channels, {.kernel = 1, .bias = false}).batch_norm("norm2");
  return {.body = body.layers(), .shortcut = {}, .residual = stride == 1 && in.channels == channels};
}

}  // namespace

Backbone mobilenet_v2(const BackboneRequest& request) {
  Backbone backbone{.init = InitRule::kMobilenet, .stem = {}, .blocks = {}, .end = {}, .placements = {2, 5, 9, 11, 14}};
  LayerWriter stem(request.input);
  stem.conv("conv", request.scaled(32), {.stride = request.large_images() ? 2 : 1, .bias = false});
  stem.batch_norm("norm").relu6();
  MapSize size = stem.size();
  backbone.stem = stem.layers();
  for (const Stage& stage : kStages) {
    for (int i = 0; i < stage.repeats; ++i) {
      const std::int64_t stride = i == 0 ? stage.stride : 1;
      backbone.blocks.push_back(inverted_block(size, stage.expansion, request.scaled(stage.channels), stride));
      size = backbone.blocks.back().out();
    }
  }
  LayerWriter end(size);
  end.conv("conv", request.scaled(1280), {.kernel = 1, .bias = false}).batch_norm("norm").relu6();
  end.average_pool(size.side).flatten().linear("linear0", request.scaled(512)).dropout();
  end.linear("linear1", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(512);
  return backbone;
}

}  // namespace exitaudit::networks
