#include "stages/predict_exits/exit_predictor.h"

#include "pipeline/base/error.h"
#include "stages/common/answers.h"
#include "stages/common/tensor_io.h"

namespace exitaudit::predict_exits {
namespace {

using torch::nn::Linear;
using torch::nn::ReLU;

torch::Tensor to_table(const AnswerView& view, const torch::Device& device) {
  return torch::tensor(view.scores).view({-1, kTopScores}).to(device);
}

}  // namespace

AnswerView see_answers(const schema::Observations& observations) {
  return {sorted_scores(observations, kTopScores)};
}

ExitNetworkImpl::ExitNetworkImpl(std::int64_t exits) {
  layers_ = register_module(
      "layers", torch::nn::Sequential(Linear(kTopScores, 64), ReLU(), Linear(64, 32), ReLU(), Linear(32, exits)));
}

torch::Tensor ExitNetworkImpl::forward(const torch::Tensor& scores) {
  return layers_->forward(scores);
}

std::vector<std::int32_t> predict_exits(const ExitLesson& shadow, const AnswerView& target,
                                        const ClassifierRecipe& recipe, const std::vector<std::string>& names,
                                        const EpochDone& epoch_done, const std::string& device_name) {
  require(shadow.view.count() == static_cast<std::int64_t>(shadow.exit.size()), "one exit a shadow sample");
  const torch::Device device(device_name);
  ExitNetwork network(shadow.exits);
  initialize_layers(*network, names);
  network->to(device);
  const torch::Tensor table = to_table(shadow.view, device);
  const torch::Tensor exits = torch::tensor(shadow.exit).to(device, torch::kInt64);
  train_classifier(
      *network, [&](const torch::Tensor& rows) { return network->forward(table.index_select(0, rows)); }, exits, recipe,
      names, epoch_done);
  const torch::NoGradGuard no_gradient;
  return to_vector<std::int32_t>(network->forward(to_table(target, device)).argmax(1));
}

}  // namespace exitaudit::predict_exits
