#include "stages/attack/score_network.h"

namespace exitaudit::attack {
namespace {

using torch::nn::Linear;
using torch::nn::ReLU;
using torch::nn::Sequential;

constexpr std::int64_t kHidden = 128;

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

}  // namespace exitaudit::attack
