#include "stages/attack/attack_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <unordered_map>

#include "pipeline/base/error.h"
#include "stages/common/answers.h"

namespace exitaudit::attack {
namespace {

/// Softmax of one sample's logits in class order, less one at the true class: the gradient of its cross-entropy.
void append_residual(std::vector<float>& all, std::span<const float> logits, std::int32_t label) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - largest);
  for (std::size_t c = 0; c < logits.size(); ++c) {
    const double probability = std::exp(logits[c] - largest) / sum;
    all.push_back(static_cast<float>(probability - (static_cast<std::size_t>(label) == c ? 1 : 0)));
  }
}

}  // namespace

ScoreView see_scores(const schema::Observations& observations, ScoreInput input) {
  ScoreView view;
  view.width = input == ScoreInput::kTop3 ? kTopScores : observations.classes;
  view.scores = sorted_scores(observations, view.width);
  return view;
}

ScoreView see_scores(const schema::Observations& observations, ScoreInput input, ExitView exit) {
  require(exit.exits > 0 && static_cast<std::int64_t>(exit.exit.size()) == observations.count(), "one exit a sample");
  ScoreView view = see_scores(observations, input);
  view.exit = std::move(exit);
  return view;
}

WhiteBoxView see_inside(const schema::Observations& observations, LabelInput label, ExitView exit) {
  WhiteBoxView view;
  view.classes = observations.classes;
  view.features = observations.features;
  view.scores = sorted_scores(observations, observations.classes);
  view.feature = observations.feature;
  view.label_width = label == LabelInput::kCorrect2 ? 2 : observations.classes;
  const auto classes = static_cast<std::size_t>(observations.classes);
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    const std::int32_t truth = observations.label[i];
    const std::size_t answer = observations.answer(i);
    append_residual(view.residual, {observations.logits.data() + i * classes, classes}, truth);
    view.loss.push_back(observations.loss[answer]);
    view.label.push_back(label == LabelInput::kTrueOneHot ? truth : observations.prediction[answer] == truth ? 1 : 0);
  }
  view.exit = std::move(exit);
  return view;
}

ExitView see_exits(const schema::Observations& observations) {
  for (std::size_t i = 0; i < observations.exit_taken.size(); ++i) {
    const std::int32_t exit = observations.exit_taken[i];
    if (exit >= 0 && exit < observations.exits) continue;
    throw Error(ErrorKind::kFailure, fmt::format("sample {}: exit {} is not one of 0 .. {}", observations.index[i],
                                                 exit, observations.exits - 1));
  }
  return {observations.exits, observations.exit_taken};
}

ExitView join_exits(const schema::StolenExits& stolen, const std::string& stolen_by,
                    const std::vector<std::int64_t>& index) {
  std::unordered_map<std::int64_t, std::int32_t> believed;
  for (std::size_t i = 0; i < stolen.index.size(); ++i) believed.emplace(stolen.index[i], stolen.exit[i]);
  ExitView view{stolen.exits, {}};
  for (const std::int64_t sample : index) {
    const auto found = believed.find(sample);
    if (found == believed.end()) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("{} says nothing of the target's sample {}; its {} samples must "
                              "hold all that are attacked (of measured times: measure_latency.samples "
                              "at least record.attack_cap)",
                              stolen_by, sample, stolen.index.size()));
    }
    view.exit.push_back(found->second);
  }
  return view;
}

}  // namespace exitaudit::attack
