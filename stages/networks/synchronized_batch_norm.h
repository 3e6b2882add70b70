#pragma once
// Batch normalisation over a whole team: mean and variance are those of all ranks' batches together, so that n ranks
// with batches of B normalise as one with n B.

#include <torch/torch.h>

#include <functional>

namespace exitaudit::networks {

/// Adds up over the ranks of a team, in place, on all of them. `values`: float, contiguous, on the network's device.
/// All ranks call it in the same order, in forward and backward passes.
using SumOverRanks = std::function<void(const torch::Tensor& values)>;

/// What a layer holds; torch's names, [channels] each.
struct BatchNormTensors {
  torch::Tensor weight;
  torch::Tensor bias;
  torch::Tensor running_mean;
  torch::Tensor running_var;
};

/// torch's batch_norm in training mode of `x` [batch, channels, ...], where a rank's batch may be empty. Updates the
/// running statistics by `momentum`, on all ranks alike.
torch::Tensor synchronized_batch_norm(const torch::Tensor& x, const BatchNormTensors& layer, double momentum,
                                      double epsilon, const SumOverRanks& sum);

}  // namespace exitaudit::networks
