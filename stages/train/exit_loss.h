#pragma once
// The joint loss of all exits (specification 3): CE(last) + sum_i c_i CE(exit i).

#include <torch/torch.h>

#include <vector>

namespace exitaudit::train {

/// `logits` [exits] of [batch, classes]; `coefficients` [exits - 1] of the early exits. Mean over the batch.
torch::Tensor exit_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                        const std::vector<double>& coefficients);

}  // namespace exitaudit::train
