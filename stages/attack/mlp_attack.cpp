#include "stages/attack/mlp_attack.h"

#include <torch/torch.h>

#include "pipeline/base/error.h"
#include "stages/attack/gradient_network.h"
#include "stages/attack/score_network.h"
#include "stages/common/classifier_training.h"

namespace exitaudit::attack {
namespace {

constexpr std::int64_t kJudgedAtOnce = 4096;  ///< target samples of one pass

torch::Tensor to_matrix(const std::vector<float>& values, std::int64_t width, const torch::Device& device) {
  return torch::tensor(values).view({-1, width}).to(device);
}

torch::Tensor to_one_hot(const std::vector<std::int32_t>& values, std::int64_t width, const torch::Device& device) {
  return torch::one_hot(torch::tensor(values).to(torch::kInt64), width).to(device, torch::kFloat32);
}

/// [n, exits] one-hot, or [n, 0] where the exit is not seen.
torch::Tensor exits_of(const ExitView& view, std::int64_t n, const torch::Device& device) {
  return view.exits > 0 ? to_one_hot(view.exit, view.exits, device) : torch::empty({n, 0}, device);
}

torch::Tensor to_tensor(const std::vector<std::uint8_t>& member, const torch::Device& device) {
  return torch::tensor(std::vector<std::int64_t>(member.begin(), member.end())).ne(0).to(device, torch::kInt64);
}

/// A whole view of scores on the device.
struct ScoreTable {
  torch::Tensor score;  ///< [n, width]
  torch::Tensor exit;   ///< [n, exits]

  ScoreTable(const ScoreView& view, const torch::Device& device)
      : score(to_matrix(view.scores, view.width, device)), exit(exits_of(view.exit, view.count(), device)) {}
  std::int64_t count() const { return score.size(0); }
  torch::Tensor answer(ScoreNetwork& network, const torch::Tensor& rows) const {
    return network->forward(score.index_select(0, rows), exit.index_select(0, rows));
  }
};

/// A whole view of a model's inside on the device.
struct InsideTable {
  InsideBatch all;

  InsideTable(const WhiteBoxView& view, const torch::Device& device)
      : all{.label = to_one_hot(view.label, view.label_width, device),
            .score = to_matrix(view.scores, view.classes, device),
            .residual = to_matrix(view.residual, view.classes, device),
            .feature = to_matrix(view.feature, view.features, device),
            .loss = to_matrix(view.loss, 1, device),
            .exit = exits_of(view.exit, view.count(), device)} {}
  std::int64_t count() const { return all.loss.size(0); }
  torch::Tensor answer(GradientNetwork& network, const torch::Tensor& rows) const {
    return network->forward({.label = all.label.index_select(0, rows),
                             .score = all.score.index_select(0, rows),
                             .residual = all.residual.index_select(0, rows),
                             .feature = all.feature.index_select(0, rows),
                             .loss = all.loss.index_select(0, rows),
                             .exit = all.exit.index_select(0, rows)});
  }
};

template <class Network, class Table>
std::vector<double> member_probabilities(Network& network, const Table& table, const torch::Device& device) {
  const torch::NoGradGuard no_grad;
  std::vector<double> found;
  for (const torch::Tensor& rows : torch::arange(table.count(), device).split(kJudgedAtOnce)) {
    const torch::Tensor logits = table.answer(network, rows).to(torch::kCPU, torch::kFloat64);
    const torch::Tensor member = logits.softmax(1).select(1, 1).contiguous();
    found.insert(found.end(), member.data_ptr<double>(), member.data_ptr<double>() + member.numel());
  }
  return found;
}

/// Trains `network` on the shadow's table and judges the target's.
template <class Table, class Network, class View>
std::vector<double> learn_and_judge(Network network, const Lesson<View>& shadow, const View& target,
                                    const MlpTraining& training) {
  require(shadow.view.count() == static_cast<std::int64_t>(shadow.member.size()), "one membership a shadow sample");
  const torch::Device device(training.device);
  initialize_layers(*network, training.names);
  network->to(device);
  const Table table(shadow.view, device);
  train_classifier(
      *network, [&](const torch::Tensor& rows) { return table.answer(network, rows); },
      to_tensor(shadow.member, device), training.recipe, training.names, training.epoch_done);
  return member_probabilities(network, Table(target, device), device);
}

}  // namespace

std::vector<double> score_attack(const Lesson<ScoreView>& shadow, const ScoreView& target,
                                 const MlpTraining& training) {
  require(shadow.view.width == target.width && shadow.view.exit.exits == target.exit.exits,
          "shadow and target are seen alike");
  return learn_and_judge<ScoreTable>(ScoreNetwork(target.width, target.exit.exits), shadow, target, training);
}

std::vector<double> gradient_attack(const Lesson<WhiteBoxView>& shadow, const WhiteBoxView& target, bool gradient_bias,
                                    const MlpTraining& training) {
  require(shadow.view.classes == target.classes && shadow.view.features == target.features &&
              shadow.view.label_width == target.label_width && shadow.view.exit.exits == target.exit.exits,
          "shadow and target are seen alike");
  const GradientInputs inputs{.classes = target.classes,
                              .features = target.features,
                              .label_width = target.label_width,
                              .exits = target.exit.exits,
                              .bias = gradient_bias};
  return learn_and_judge<InsideTable>(GradientNetwork(inputs), shadow, target, training);
}

}  // namespace exitaudit::attack
