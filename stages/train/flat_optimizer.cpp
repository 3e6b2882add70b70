#include "stages/train/flat_optimizer.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "stages/common/tensor_io.h"

namespace exitaudit::train {
namespace {

constexpr std::int64_t kAlignment = 16;  // floats: a cache line
constexpr double kAdamBeta1 = 0.9;
constexpr double kAdamBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

std::int64_t padded(std::int64_t count) {
  return (count + kAlignment - 1) / kAlignment * kAlignment;
}

/// A view of `buffer` with the shape of `like`; convolution weights lie with their channels last.
torch::Tensor view_like(const torch::Tensor& buffer, std::int64_t offset, const torch::Tensor& like) {
  const torch::Tensor part = buffer.narrow(0, offset, like.numel());
  if (like.dim() != 4) return part.view(like.sizes());
  return part.view({like.size(0), like.size(2), like.size(3), like.size(1)}).permute({0, 3, 1, 2});
}

}  // namespace

FlatOptimizer::FlatOptimizer(torch::nn::Module& module, const TrainOptions& recipe)
    : kind_(recipe.optimizer), momentum_(recipe.momentum) {
  require(recipe.weight_decay.has_value(), "the training recipe was not resolved");
  weight_decay_ = *recipe.weight_decay;
  std::vector<torch::Tensor> parameters = module.parameters();
  std::int64_t size = 0;
  for (const torch::Tensor& parameter : parameters) size += padded(parameter.numel());
  const auto options = parameters.at(0).options().requires_grad(false);
  values_ = torch::zeros({size}, options);
  gradient_ = torch::zeros({size}, options);
  for (int i = 0; i < (kind_ == Optimizer::kAdam ? 2 : 1); ++i) moments_.push_back(torch::zeros({size}, options));
  steps_ = torch::zeros({}, options);
  std::int64_t offset = 0;
  for (torch::Tensor& parameter : parameters) {
    adopt(parameter, offset);
    offset += padded(parameter.numel());
  }
}

void FlatOptimizer::adopt(torch::Tensor& parameter, std::int64_t offset) {
  const torch::NoGradGuard no_gradient;
  const torch::Tensor place = view_like(values_, offset, parameter);
  place.copy_(parameter);
  parameter.set_data(place);
  parameter.mutable_grad() = view_like(gradient_, offset, parameter);
}

torch::Tensor FlatOptimizer::learning_rate_place() const {
  const auto type = values_.is_cuda() ? torch::kFloat : torch::kDouble;  // a CPU reads it as a double
  return torch::zeros({}, values_.options().dtype(type));
}

void FlatOptimizer::step(const torch::Tensor& learning_rate) {
  const torch::NoGradGuard no_gradient;
  if (kind_ == Optimizer::kSgd) {
    at::_fused_sgd_({values_}, {gradient_}, {moments_[0]}, weight_decay_, momentum_, learning_rate, /*dampening=*/0,
                    /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
    return;
  }
  steps_.add_(1);
  at::_fused_adam_({values_}, {gradient_}, {moments_[0]}, {moments_[1]}, {}, {steps_}, learning_rate, kAdamBeta1,
                   kAdamBeta2, weight_decay_, kAdamEpsilon, /*amsgrad=*/false, /*maximize=*/false);
}

std::vector<schema::NamedArray> FlatOptimizer::state() const {
  std::vector<schema::NamedArray> state;
  for (std::size_t i = 0; i < moments_.size(); ++i) state.push_back(to_array(fmt::format("moment{}", i), moments_[i]));
  state.push_back(to_array("steps", steps_));
  return state;
}

void FlatOptimizer::load(const std::vector<schema::NamedArray>& state) {
  std::vector<torch::Tensor> targets = moments_;
  targets.push_back(steps_);
  require(state.size() == targets.size(), "the resume point is of another optimizer");
  for (std::size_t i = 0; i < targets.size(); ++i) {
    require(static_cast<std::int64_t>(state[i].values.size()) == targets[i].numel(),
            "the resume point is of another network");
    targets[i].copy_(torch::tensor(state[i].values, torch::kFloat).view(targets[i].sizes()));
  }
}

}  // namespace exitaudit::train
