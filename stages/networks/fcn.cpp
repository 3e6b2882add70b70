// FCN-18-1..4: five hidden layers and a classifier of three (specification 2.2, X3, X4).

#include "stages/networks/backbone.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {

Backbone fcn18(const BackboneRequest& request, std::int64_t hidden) {
  Backbone backbone{.init = InitRule::kFcn, .stem = {}, .blocks = {}, .end = {}, .placements = {0, 1, 2, 3, 4}};
  const std::int64_t width = request.scaled(hidden);
  MapSize size = request.input;
  for (int i = 0; i < 5; ++i) {
    LayerWriter writer(size);
    writer.linear("linear", width).batch_norm("norm").relu();
    backbone.blocks.push_back({.body = writer.layers(), .shortcut = {}});
    size = backbone.blocks.back().out();
  }
  LayerWriter end(size);
  end.linear("linear0", width).dropout().linear("linear1", request.scaled(512)).dropout();
  end.linear("linear2", request.classes);
  backbone.end = end.layers();
  backbone.head_hidden = request.scaled(512);
  return backbone;
}

}  // namespace exitaudit::networks
