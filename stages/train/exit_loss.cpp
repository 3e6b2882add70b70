#include "stages/train/exit_loss.h"

namespace exitaudit::train {

torch::Tensor exit_losses(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels) {
  std::vector<torch::Tensor> losses;
  for (const torch::Tensor& each : logits) {
    losses.push_back(torch::nll_loss(each.to(torch::kFloat).log_softmax(1), labels));
  }
  return torch::stack(losses);
}

torch::Tensor joint_loss(const torch::Tensor& losses, const torch::Tensor& weights) {
  return losses.mul(weights).sum();
}

}  // namespace exitaudit::train
