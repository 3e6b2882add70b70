// ResNet-56: a stem and three groups of nine basic blocks (specification 2.2).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

BlockPlan basic_block(MapSize in, std::int64_t channels, std::int64_t stride) {
  LayerWriter body(in);
  body.conv("conv0", channels, {.stride = stride, .bias = false}).batch_norm("norm0").relu();
  body.conv("conv1", channels, {.bias = false}).batch_norm("norm1");
  BlockPlan block{.body = body.layers(), .shortcut = {}, .residual = true, .relu_after_sum = true};
  if (in == block.out()) return block;
  LayerWriter shortcut(in);
  shortcut.conv("conv", channels, {.kernel = 1, .stride = stride, .bias = false}).batch_norm("norm");
  block.shortcut = shortcut.layers();
  return block;
}

}  // namespace

Backbone resnet56(const BackboneRequest& request) {
  Backbone backbone{.init = InitRule::kResnet, .stem = {}, .blocks = {}, .end = {}, .placements = {3, 7, 11, 15, 20}};
  LayerWriter stem(request.input);
  stem.conv("conv", request.scaled(16), {.stride = request.large_images() ? 2 : 1, .bias = false});
  stem.batch_norm("norm").relu();
  MapSize size = stem.size();
  backbone.stem = stem.layers();
  for (const std::int64_t channels : {16, 32, 64}) {
    for (int i = 0; i < 9; ++i) {
      const std::int64_t stride = channels > 16 && i == 0 ? 2 : 1;
      backbone.blocks.push_back(basic_block(size, request.scaled(channels), stride));
      size = backbone.blocks.back().out();
    }
  }
  LayerWriter end(size);
  end.average_pool(8).flatten().linear("linear0", request.scaled(512)).dropout().linear("linear1", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(512);
  return backbone;
}

}  // namespace exitaudit::networks
