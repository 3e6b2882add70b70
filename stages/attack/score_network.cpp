#include "stages/attack/score_network.h"

#include <cmath>

#include "pipeline/base/random.h"

namespace exitaudit::attack {
namespace {

using torch::nn::Linear;
using torch::nn::ReLU;
using torch::nn::Sequential;

constexpr std::int64_t kHidden = 128;

void fill_uniform(torch::Tensor parameter, double bound, RandomStream random) {
  std::vector<float> values(static_cast<std::size_t>(parameter.numel()));
  for (float& value : values) value = static_cast<float>((2 * random.uniform() - 1) * bound);
  parameter.copy_(torch::from_blob(values.data(), parameter.sizes(), torch::kFloat32));
}

}  // namespace

ScoreNetworkImpl::ScoreNetworkImpl(std::int64_t width, std::int64_t exits) {
  score_ = register_module("score", Sequential(Linear(width, kHidden), ReLU(), Linear(kHidden, kHidden)));
  if (exits > 0) exit_ = register_module("exit", Sequential(Linear(exits, kHidden), ReLU()));
  const std::int64_t joined = exits > 0 ? 2 * kHidden : kHidden;
  encoder_ = register_module("encoder",
                             Sequential(Linear(joined, kHidden), ReLU(), Linear(kHidden, 64), ReLU(), Linear(64, 2)));
}

torch::Tensor ScoreNetworkImpl::forward(const torch::Tensor& score, const torch::Tensor& exit) {
  const torch::Tensor encoded = score_->forward(score);
  return encoder_->forward(exit_ ? torch::cat({encoded, exit_->forward(exit)}, 1) : encoded);
}

void initialise_linears(torch::nn::Module& network, const std::vector<std::string>& names) {
  torch::NoGradGuard no_grad;
  for (const auto& module : network.named_modules()) {
    const auto* linear = module.value()->as<Linear>();
    if (linear == nullptr) continue;
    const double bound = 1 / std::sqrt(static_cast<double>(linear->options.in_features()));
    for (const auto& parameter : linear->named_parameters()) {
      std::vector<std::string> stream_names = names;
      stream_names.push_back(module.key() + "." + parameter.key());
      fill_uniform(parameter.value(), bound, RandomStream(stream_names));
    }
  }
}

}  // namespace exitaudit::attack
