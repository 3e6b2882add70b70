#pragma once
// The joint loss of all exits (specification 3): CE(last) + sum_i c_i CE(exit i).

#include <torch/torch.h>

#include <vector>

namespace exitaudit::train {

/// [exits] cross-entropy of each exit, float32, mean over the batch; `logits` [exits] of [batch, classes].
torch::Tensor exit_losses(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels);

/// The weighted sum of `losses` [exits]; `weights` [exits], on the same device, the last exit's is 1.
torch::Tensor joint_loss(const torch::Tensor& losses, const torch::Tensor& weights);

}  // namespace exitaudit::train
