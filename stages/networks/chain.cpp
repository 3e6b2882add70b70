#include "stages/networks/chain.h"

#include <ATen/autocast_mode.h>

#include <memory>
#include <utility>

namespace exitaudit::networks {
namespace {

namespace nn = torch::nn;

/// Below this, oneDNN's gradient of a strided 1 x 1 convolution with the channels last writes past its memory, here and
/// in PyTorch (uxlfoundation/oneDNN#6035). Such a layer drops first what it strides over.
constexpr std::int64_t kFewChannels = 16;

/// A step that calls `module`, which the chain owns.
template <class Holder>
auto call(Holder holder) {
  return [holder](const torch::Tensor& x) mutable { return holder->forward(x); };
}

/// A strided depthwise layer under bfloat16 autocast on a CPU computes in float32: oneDNN 3.10.2 has no fast gradient
/// of it in bfloat16 (37 ms against less than 1 ms for 256 channels of 8 x 8, batch 128).
template <class Step>
Step in_float32_on_cpu(Step conv) {
  return [conv](const torch::Tensor& x) {
    if (!x.is_cpu() || !at::autocast::is_autocast_enabled(at::kCPU)) return conv(x);
    const c10::impl::ExcludeDispatchKeyGuard without_autocast(c10::autocast_dispatch_keyset);
    return conv(x.to(torch::kFloat)).to(x.scalar_type());
  };
}

}  // namespace

Chain::Chain(const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) steps_.push_back(make_step(layer));
}

torch::Tensor Chain::run(torch::Tensor x, std::size_t count) const {
  for (std::size_t i = 0; i < count; ++i) x = steps_[i](x);
  return x;
}

Chain::Step Chain::make_conv(const Layer& layer) {
  if (layer.kernel == 1 && layer.stride > 1 && layer.in.channels < kFewChannels) {
    Layer dense = layer;
    dense.stride = 1;
    return [stride = layer.stride, conv = make_conv(dense)](const torch::Tensor& x) {
      return conv(x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride));
    };
  }
  const Step conv =
      call(register_module(layer.name, nn::Conv2d(nn::Conv2dOptions(layer.in.channels, layer.out.channels, layer.kernel)
                                                      .stride(layer.stride)
                                                      .padding(layer.kernel / 2)
                                                      .groups(layer.groups)
                                                      .bias(layer.bias))));
  return layer.groups > 1 && layer.stride > 1 ? in_float32_on_cpu(conv) : conv;
}

Chain::Step Chain::make_batch_norm(const Layer& layer) {
  const auto options = nn::BatchNormOptions(layer.out.channels).momentum(layer.momentum);
  if (layer.out.side == 0) return normalize(register_module(layer.name, nn::BatchNorm1d(options)));
  return normalize(register_module(layer.name, nn::BatchNorm2d(options)));
}

template <class Holder>
Chain::Step Chain::normalize(Holder norm) {
  return [this, norm](const torch::Tensor& x) mutable {
    if (!sum_over_ranks_ || !is_training()) return norm->forward(x);
    return synchronized_batch_norm(x, {norm->weight, norm->bias, norm->running_mean, norm->running_var},
                                   norm->options.momentum().value(), norm->options.eps(), sum_over_ranks_);
  };
}

// Activations work in place: each follows a layer whose backward pass does not need its own output.
Chain::Step Chain::make_step(const Layer& layer) {
  const std::int64_t kernel = layer.kernel;
  switch (layer.kind) {
    case LayerKind::kConv:
      return make_conv(layer);
    case LayerKind::kBatchNorm:
      return make_batch_norm(layer);
    case LayerKind::kLinear:
      return call(register_module(layer.name, nn::Linear(layer.in.channels, layer.out.channels)));
    case LayerKind::kRelu:
      return [](torch::Tensor x) { return torch::relu_(x); };
    case LayerKind::kRelu6:
      return [](torch::Tensor x) { return torch::relu6_(x); };
    case LayerKind::kMaxPool:
      return [kernel](const torch::Tensor& x) { return torch::max_pool2d(x, kernel); };
    case LayerKind::kAveragePool:
      return [kernel](const torch::Tensor& x) { return torch::avg_pool2d(x, kernel); };
    case LayerKind::kFlatten:
      return [](const torch::Tensor& x) { return x.flatten(1); };
    case LayerKind::kDropout:
      return [this, rate = layer.rate](const torch::Tensor& x) {
        return is_training() ? torch::dropout(x, rate, true) : x;
      };
  }
  return {};
}

Block::Block(const BlockPlan& plan) : Chain(plan.body), residual_(plan.residual), relu_after_sum_(plan.relu_after_sum) {
  if (!plan.shortcut.empty()) shortcut_ = register_module("shortcut", std::make_shared<Chain>(plan.shortcut));
}

torch::Tensor Block::forward(const torch::Tensor& x) const {
  torch::Tensor y = Chain::forward(x);
  if (residual_) y = y + (shortcut_ ? shortcut_->forward(x) : x);
  return relu_after_sum_ ? torch::relu_(y) : y;
}

ExitHead::ExitHead(const HeadPlan& plan) : Chain(plan.layers), pool_(plan.pool) {
  if (pool_ > 0) mix_ = register_parameter("mix", torch::full({1}, 0.5));
}

torch::Tensor ExitHead::pooled(const torch::Tensor& map) const {
  if (pool_ <= 1) return map;  // a pool of 1 mixes the map with itself
  return torch::lerp(torch::avg_pool2d(map, pool_), torch::max_pool2d(map, pool_), mix_.to(map.scalar_type()));
}

}  // namespace exitaudit::networks
