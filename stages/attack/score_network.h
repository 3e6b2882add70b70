#pragma once
// ScoreNetwork: the attack model of the score-based attack, layer by layer that of specification 5.2.

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

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

/// PyTorch's default for Linear, U(-1/sqrt(inputs), 1/sqrt(inputs)) for weights and biases, each parameter from the
/// random stream named by `names` and its own name: equal on every machine.
void initialise_linears(torch::nn::Module& network, const std::vector<std::string>& names);

}  // namespace exitaudit::attack
