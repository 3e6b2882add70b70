#pragma once
// FlatOptimizer: SGD with momentum, or Adam, over one flat buffer.
//
// Parameters, gradients and moments become views of flat buffers, so that a step is one fused pass over memory, a reset
// of the gradients one fill, and a team's exchange of gradients one call. The arithmetic is torch::optim's.

#include <torch/torch.h>

#include <vector>

#include "stages/schema/weights.h"
#include "stages/train/train_options.h"

namespace exitaudit::train {

class FlatOptimizer {
 public:
  /// Moves the parameters of `module` into the flat buffer; maps keep their channels last. The module must be on its
  /// device and may not be moved again. The recipe must be resolved.
  FlatOptimizer(torch::nn::Module& module, const TrainOptions& recipe);

  void zero_gradients() { gradient_.zero_(); }
  /// `learning_rate` is one number on the module's device, so that a captured step reads it anew at each replay.
  void step(const torch::Tensor& learning_rate);
  /// A place for it, as the fused kernels want it.
  torch::Tensor learning_rate_place() const;
  torch::Tensor& gradient() { return gradient_; }

  /// What a resume point must hold besides the parameters.
  std::vector<schema::NamedArray> state() const;
  void load(const std::vector<schema::NamedArray>& state);

 private:
  void adopt(torch::Tensor& parameter, std::int64_t offset);
  Optimizer kind_;
  double momentum_;
  double weight_decay_;
  torch::Tensor values_;
  torch::Tensor gradient_;
  std::vector<torch::Tensor> moments_;  ///< SGD: momentum; Adam: first and second moment
  torch::Tensor steps_;                 ///< Adam: steps done, a float
};

}  // namespace exitaudit::train
