#include "stages/networks/layer_writer.h"

#include <utility>

namespace exitaudit::networks {

LayerWriter& LayerWriter::add(Layer layer) {
  layer.in = size_;
  size_ = layer.out;
  layers_.push_back(std::move(layer));
  return *this;
}

LayerWriter& LayerWriter::conv(const std::string& name, std::int64_t channels, ConvSettings settings) {
  const std::int64_t padded = size_.side + 2 * (settings.kernel / 2);
  Layer layer{.kind = LayerKind::kConv, .name = name, .in = {}, .out = {}};
  layer.out = {channels, (padded - settings.kernel) / settings.stride + 1};
  layer.kernel = settings.kernel;
  layer.stride = settings.stride;
  layer.groups = settings.groups;
  layer.bias = settings.bias;
  return add(std::move(layer));
}

LayerWriter& LayerWriter::batch_norm(const std::string& name, double momentum) {
  Layer layer{.kind = LayerKind::kBatchNorm, .name = name, .in = {}, .out = size_};
  layer.momentum = momentum;
  return add(std::move(layer));
}

LayerWriter& LayerWriter::relu() {
  return add({.kind = LayerKind::kRelu, .name = "", .in = {}, .out = size_});
}

LayerWriter& LayerWriter::relu6() {
  return add({.kind = LayerKind::kRelu6, .name = "", .in = {}, .out = size_});
}

std::int64_t LayerWriter::pooled_side(std::int64_t kernel) const {
  return (size_.side - kernel) / kernel + 1;
}

LayerWriter& LayerWriter::max_pool(std::int64_t kernel) {
  Layer layer{.kind = LayerKind::kMaxPool, .name = "", .in = {}, .out = {size_.channels, pooled_side(kernel)}};
  layer.kernel = layer.stride = kernel;
  return add(std::move(layer));
}

LayerWriter& LayerWriter::average_pool(std::int64_t kernel) {
  Layer layer{.kind = LayerKind::kAveragePool, .name = "", .in = {}, .out = {size_.channels, pooled_side(kernel)}};
  layer.kernel = layer.stride = kernel;
  return add(std::move(layer));
}

LayerWriter& LayerWriter::flatten() {
  return add({.kind = LayerKind::kFlatten, .name = "", .in = {}, .out = {size_.elements(), 0}});
}

LayerWriter& LayerWriter::linear(const std::string& name, std::int64_t outputs) {
  return add({.kind = LayerKind::kLinear, .name = name, .in = {}, .out = {outputs, 0}});
}

LayerWriter& LayerWriter::dropout(double rate) {
  Layer layer{.kind = LayerKind::kDropout, .name = "", .in = {}, .out = size_};
  layer.rate = rate;
  return add(std::move(layer));
}

}  // namespace exitaudit::networks
