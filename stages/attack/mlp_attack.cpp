#include "stages/attack/mlp_attack.h"

#include <torch/torch.h>

#include "pipeline/base/error.h"
#include "stages/attack/mlp_training.h"
#include "stages/attack/score_network.h"

namespace exitaudit::attack {
namespace {

/// A whole view on the device.
struct ScoreTable {
  torch::Tensor score;  ///< [n, width]
  torch::Tensor exit;   ///< [n, exits] one-hot, or [n, 0]
};

ScoreTable to_table(const ScoreView& view, const torch::Device& device) {
  const std::int64_t n = view.count();
  const torch::Tensor score = torch::tensor(view.scores).view({n, view.width});
  if (!view.sees_exit()) return {score.to(device), torch::empty({n, 0}, device)};
  const torch::Tensor exit = torch::tensor(view.exit.exit).to(torch::kInt64);
  return {score.to(device), torch::one_hot(exit, view.exit.exits).to(device, torch::kFloat32)};
}

torch::Tensor to_tensor(const std::vector<std::uint8_t>& member, const torch::Device& device) {
  return torch::tensor(std::vector<std::int64_t>(member.begin(), member.end())).ne(0).to(device, torch::kInt64);
}

std::vector<double> member_probabilities(ScoreNetwork& network, const ScoreTable& table) {
  torch::NoGradGuard no_grad;
  const torch::Tensor logits = network->forward(table.score, table.exit).to(torch::kCPU, torch::kFloat64);
  const torch::Tensor member = logits.softmax(1).select(1, 1).contiguous();
  return {member.data_ptr<double>(), member.data_ptr<double>() + member.numel()};
}

}  // namespace

std::vector<double> score_attack(const Lesson<ScoreView>& shadow, const ScoreView& target, const AttackOptions& options,
                                 const std::vector<std::string>& names,
                                 const std::function<void(std::int64_t)>& epoch_done, const std::string& device_name) {
  require(shadow.view.width == target.width && shadow.view.exit.exits == target.exit.exits,
          "shadow and target are seen alike");
  require(shadow.view.count() == static_cast<std::int64_t>(shadow.member.size()), "one membership a shadow sample");
  const torch::Device device(device_name);
  ScoreNetwork network(shadow.view.width, shadow.view.exit.exits);
  initialise_linears(*network, names);
  network->to(device);
  const ScoreTable table = to_table(shadow.view, device);
  const Forward forward = [&](const torch::Tensor& rows) {
    return network->forward(table.score.index_select(0, rows), table.exit.index_select(0, rows));
  };
  train_attack(*network, forward, to_tensor(shadow.member, device), options, names, epoch_done);
  return member_probabilities(network, to_table(target, device));
}

}  // namespace exitaudit::attack
