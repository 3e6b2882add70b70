// WideResNet-32-4: a stem and three groups of five pre-activation blocks with dropout (specification 2.2).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

constexpr double kBlockDropout = 0.3;
constexpr double kEndMomentum = 0.9;

BlockPlan wide_block(MapSize in, std::int64_t channels, std::int64_t stride) {
  LayerWriter body(in);
  body.batch_norm("norm0").relu().conv("conv0", channels).dropout(kBlockDropout);
  body.batch_norm("norm1").relu().conv("conv1", channels, {.stride = stride});
  BlockPlan block{.body = body.layers(), .shortcut = {}, .residual = true};
  if (in == block.out()) return block;
  LayerWriter shortcut(in);
  shortcut.conv("conv", channels, {.kernel = 1, .stride = stride});
  block.shortcut = shortcut.layers();
  return block;
}

}  // namespace

Backbone wide_resnet32(const BackboneRequest& request) {
  Backbone backbone{.init = InitRule::kWideResnet, .stem = {}, .blocks = {}, .end = {}, .placements = {2, 4, 6, 8, 11}};
  LayerWriter stem(request.input);
  stem.conv("conv", request.scaled(16), {.stride = request.large_images() ? 2 : 1});
  MapSize size = stem.size();
  backbone.stem = stem.layers();
  for (const std::int64_t channels : {64, 128, 256}) {
    for (int i = 0; i < 5; ++i) {
      const std::int64_t stride = channels > 64 && i == 0 ? 2 : 1;
      backbone.blocks.push_back(wide_block(size, request.scaled(channels), stride));
      size = backbone.blocks.back().out();
    }
  }
  LayerWriter end(size);
  end.batch_norm("norm", kEndMomentum).relu().average_pool(8).flatten();
  end.linear("linear0", request.scaled(512)).dropout().linear("linear1", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(512);
  return backbone;
}

}  // namespace exitaudit::networks
