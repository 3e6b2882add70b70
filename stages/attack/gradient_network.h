#pragma once
// GradientNetwork: the attack model of the gradient-based attack, layer by layer that of specification 5.1.

#include <torch/torch.h>

#include <cstdint>

namespace exitaudit::attack {

/// A batch of what the adversary sees inside the model, one row a sample.
struct InsideBatch {
  torch::Tensor label;     ///< [n, label width] one-hot
  torch::Tensor score;     ///< [n, classes] descending
  torch::Tensor residual;  ///< [n, classes] gradient of the loss by the logits = by the last layer's bias
  torch::Tensor feature;   ///< [n, features]
  torch::Tensor loss;      ///< [n, 1]
  torch::Tensor exit;      ///< [n, exits] one-hot; [n, 0] where it is not seen
};

struct GradientInputs {
  std::int64_t classes = 0;  ///< at least 3, as a 3x3 convolution reads [classes, features]
  std::int64_t features = 0;
  std::int64_t label_width = 0;
  std::int64_t exits = 0;  ///< 0: the exit is not seen (the original attack)
  bool bias = false;       ///< the bias gradient is appended to the 125 pooled values of the weight gradient (X32)
};

/// Five encoders, or six, each ending in 64 numbers; side by side (label, score, gradient, feature, loss[, exit]) they
/// go through 256 - 128 - 64 to the logits of non-member and member.
///
/// The weight gradient G = residual (outer) feature is read by a 3x3 convolution (1 -> 5 channels) and an average pool
/// to 5x5. Both are linear and G has rank one, so their result is formed from the pooled windows of the two factors:
/// the same numbers without G, which would take 100 MB a batch for 200 classes and 1,024 features.
class GradientNetworkImpl : public torch::nn::Module {
 public:
  explicit GradientNetworkImpl(const GradientInputs& inputs);
  torch::Tensor forward(const InsideBatch& batch);

  /// [n, 125]: AdaptiveAvgPool2d(5) of the convolution of G, flattened.
  torch::Tensor pooled_gradient(const torch::Tensor& residual, const torch::Tensor& feature);

 private:
  GradientInputs inputs_;
  torch::Tensor residual_windows_;  ///< [classes, 15]
  torch::Tensor feature_windows_;   ///< [features, 15]
  torch::nn::Sequential label_{nullptr};
  torch::nn::Sequential score_{nullptr};
  torch::nn::Conv2d convolution_{nullptr};
  torch::nn::Sequential gradient_{nullptr};
  torch::nn::Sequential feature_{nullptr};
  torch::nn::Sequential loss_{nullptr};
  torch::nn::Sequential exit_{nullptr};
  torch::nn::Sequential encoder_{nullptr};
};
TORCH_MODULE(GradientNetwork);

/// [length, 15]: column 3 r + i averages places a + i over the r-th of five windows of the length - 2 places where a
/// 3-wide kernel fits; windows as AdaptiveAvgPool cuts them. length >= 3.
torch::Tensor window_means(std::int64_t length);

}  // namespace exitaudit::attack
