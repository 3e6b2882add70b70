#pragma once
// ScoreNetwork: the attack model of the score-based attack, layer by layer that of specification 5.2.

#include <torch/torch.h>

#include <cstdint>

namespace exitaudit::attack {

/// score [n, width] -> Linear 128 - ReLU - Linear 128, with the exit also one-hot exit [n, exits] -> Linear 128 - ReLU;
/// both, side by side, -> Linear 128 - ReLU - Linear 64 - ReLU - Linear 2: logits of non-member and member.
class ScoreNetworkImpl : public torch::nn::Module {
 public:
  /// exits = 0: the exit is not seen (the original attack).
  ScoreNetworkImpl(std::int64_t width, std::int64_t exits);
  /// `exit` is not read by the original attack.
  torch::Tensor forward(const torch::Tensor& score, const torch::Tensor& exit);

 private:
  torch::nn::Sequential score_{nullptr};
  torch::nn::Sequential exit_{nullptr};
  torch::nn::Sequential encoder_{nullptr};
};
TORCH_MODULE(ScoreNetwork);

}  // namespace exitaudit::attack
