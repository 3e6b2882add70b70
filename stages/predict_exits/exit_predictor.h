#pragma once
// The exit predictor: which exit answered, guessed from the three largest scores alone (specification 8, last row). It
// is the control without a clock: what a hybrid attack gains with it, it would have had from the scores.

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include "stages/common/classifier_training.h"
#include "stages/schema/observations.h"

namespace exitaudit::predict_exits {

/// All that the thief is shown of a model: the truth has no place here.
struct AnswerView {
  std::vector<float> scores;  ///< [n, 3] probabilities, largest first

  std::int64_t count() const { return static_cast<std::int64_t>(scores.size()) / 3; }
};

/// Throws Error(kFailure) with the sample's index where a score is not a number.
AnswerView see_answers(const schema::Observations& observations);

/// What the thief learns from: its own shadow's answers, of which it knows the exits.
struct ExitLesson {
  AnswerView view;
  std::int64_t exits = 1;
  std::vector<std::int32_t> exit;  ///< [n]
};

/// scores [n, 3] -> Linear 64 - ReLU - Linear 32 - ReLU - Linear exits: logits of each exit.
class ExitNetworkImpl : public torch::nn::Module {
 public:
  explicit ExitNetworkImpl(std::int64_t exits);
  torch::Tensor forward(const torch::Tensor& scores);

 private:
  torch::nn::Sequential layers_{nullptr};
};
TORCH_MODULE(ExitNetwork);

/// The exit [n] of each of the target's answers, as the shadow's answers teach. `names` name its random streams.
/// `device`: "cpu" or "cuda:0".
std::vector<std::int32_t> predict_exits(
    const ExitLesson& shadow, const AnswerView& target, const ClassifierRecipe& recipe,
    const std::vector<std::string>& names, const EpochDone& epoch_done = [](std::int64_t) {},
    const std::string& device = "cpu");

}  // namespace exitaudit::predict_exits
