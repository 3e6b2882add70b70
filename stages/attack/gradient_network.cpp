#include "stages/attack/gradient_network.h"

#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit::attack {
namespace {

using torch::nn::Dropout;
using torch::nn::Linear;
using torch::nn::ReLU;
using torch::nn::Sequential;

constexpr std::int64_t kKernel = 3;
constexpr std::int64_t kWindows = 5;
constexpr std::int64_t kChannels = 5;
constexpr std::int64_t kPooled = kChannels * kWindows * kWindows;
constexpr std::int64_t kCode = 64;  ///< numbers that each encoder leaves

Sequential encoder_of(std::int64_t width) {
  return Sequential(Linear(width, 128), ReLU(), Dropout(0.5), Linear(128, kCode));
}

}  // namespace

torch::Tensor window_means(std::int64_t length) {
  require(length >= kKernel, "a 3-wide kernel fits");
  const std::int64_t places = length - kKernel + 1;
  const torch::Tensor means = torch::zeros({length, kWindows, kKernel});
  for (std::int64_t r = 0; r < kWindows; ++r) {
    const std::int64_t from = r * places / kWindows;
    const std::int64_t to = ((r + 1) * places + kWindows - 1) / kWindows;
    for (std::int64_t i = 0; i < kKernel; ++i) {
      means.select(1, r).select(1, i).slice(0, from + i, to + i).fill_(1.0 / static_cast<double>(to - from));
    }
  }
  return means.view({length, kWindows * kKernel});
}

GradientNetworkImpl::GradientNetworkImpl(const GradientInputs& inputs) : inputs_(inputs) {
  residual_windows_ = register_buffer("residual_windows", window_means(inputs.classes));
  feature_windows_ = register_buffer("feature_windows", window_means(inputs.features));
  label_ = register_module("label", encoder_of(inputs.label_width));
  score_ = register_module("score", encoder_of(inputs.classes));
  convolution_ = register_module("convolution", torch::nn::Conv2d(1, kChannels, kKernel));
  const std::int64_t read = kPooled + (inputs.bias ? inputs.classes : 0);
  gradient_ = register_module("gradient", Sequential(Dropout(0.5), Linear(read, 256), ReLU(), Dropout(0.5),
                                                     Linear(256, 128), ReLU(), Dropout(0.5), Linear(128, kCode)));
  feature_ = register_module("feature", encoder_of(inputs.features));
  loss_ = register_module("loss", encoder_of(1));
  if (inputs.exits > 0) exit_ = register_module("exit", encoder_of(inputs.exits));
  const std::int64_t codes = kCode * (inputs.exits > 0 ? 6 : 5);
  encoder_ = register_module(
      "encoder", Sequential(Dropout(0.5), Linear(codes, 256), ReLU(), Dropout(0.5), Linear(256, 128), ReLU(),
                            Dropout(0.5), Linear(128, 64), ReLU(), Dropout(0.5), Linear(64, 2)));
}

torch::Tensor GradientNetworkImpl::pooled_gradient(const torch::Tensor& residual, const torch::Tensor& feature) {
  const std::int64_t n = residual.size(0);
  const torch::Tensor rows = residual.matmul(residual_windows_).view({n, kWindows, 1, kKernel, 1});
  const torch::Tensor columns = feature.matmul(feature_windows_).view({n, 1, kWindows, 1, kKernel});
  const torch::Tensor windows = (rows * columns).view({n, kWindows * kWindows, kKernel * kKernel});
  const torch::Tensor kernels = convolution_->weight.view({kChannels, kKernel * kKernel});
  const torch::Tensor pooled = torch::nn::functional::linear(windows, kernels, convolution_->bias);
  return pooled.transpose(1, 2).reshape({n, kPooled});
}

torch::Tensor GradientNetworkImpl::forward(const InsideBatch& batch) {
  torch::Tensor gradient = pooled_gradient(batch.residual, batch.feature);
  if (inputs_.bias) gradient = torch::cat({gradient, batch.residual}, 1);
  std::vector<torch::Tensor> codes{label_->forward(batch.label), score_->forward(batch.score),
                                   gradient_->forward(gradient), feature_->forward(batch.feature),
                                   loss_->forward(batch.loss)};
  if (exit_) codes.push_back(exit_->forward(batch.exit));
  return encoder_->forward(torch::cat(codes, 1));
}

}  // namespace exitaudit::attack
