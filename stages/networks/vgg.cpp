// VGG-16 with batch normalisation, 13 blocks (specification 2.2).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

constexpr std::array<std::int64_t, 13> kWidths{64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};

bool pools_after(std::size_t block) {
  return block == 1 || block == 3 || block == 6 || block == 9 || block == 12;
}

BlockPlan block(MapSize in, std::int64_t channels, bool pools) {
  LayerWriter writer(in);
  writer.conv("conv", channels).batch_norm("norm").relu();
  if (pools) writer.max_pool(2);
  return {.body = writer.layers(), .shortcut = {}};
}

}  // namespace

Backbone vgg16(const BackboneRequest& request) {
  Backbone backbone{.init = InitRule::kVgg, .stem = {}, .blocks = {}, .end = {}, .placements = {1, 3, 5, 7, 10}};
  MapSize size = request.input;
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    backbone.blocks.push_back(block(size, request.scaled(kWidths[i]), pools_after(i)));
    size = backbone.blocks.back().out();
  }
  LayerWriter end(size);
  end.flatten().linear("linear0", request.scaled(request.large_images() ? 2048 : 512)).relu().dropout();
  end.linear("linear1", request.scaled(request.large_images() ? 1024 : 512)).dropout();
  end.linear("linear2", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(request.large_images() ? 1024 : 512);  // as wide as the end's
  return backbone;
}

}  // namespace exitaudit::networks
