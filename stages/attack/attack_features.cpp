#include "stages/attack/attack_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "pipeline/base/error.h"

namespace exitaudit::attack {
namespace {

constexpr std::int64_t kTop = 3;

/// Softmax, largest first.
std::vector<double> sorted_probabilities(std::span<const float> logits, std::int64_t index) {
  std::vector<double> values(logits.begin(), logits.end());
  const bool sound = std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  if (!sound) {
    throw Error(ErrorKind::kFailure, fmt::format("sample {}: a score is not a finite number", index));
  }
  std::sort(values.begin(), values.end(), std::greater<>());
  const double largest = values.front();
  double sum = 0;
  for (double& value : values) sum += value = std::exp(value - largest);
  for (double& value : values) value /= sum;
  return values;
}

}  // namespace

ScoreView see_scores(const schema::Observations& observations, ScoreInput input) {
  const auto classes = static_cast<std::size_t>(observations.classes);
  const auto n = static_cast<std::size_t>(observations.count());
  require(classes > 0 && observations.logits.size() == n * classes, "observations hold one logit a class and sample");
  ScoreView view;
  view.width = input == ScoreInput::kTop3 ? kTop : observations.classes;
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const float> logits(observations.logits.data() + i * classes, classes);
    std::vector<double> row = sorted_probabilities(logits, observations.index[i]);
    row.resize(static_cast<std::size_t>(view.width), 0);
    for (const double probability : row) view.scores.push_back(static_cast<float>(probability));
  }
  return view;
}

ScoreView see_scores(const schema::Observations& observations, ScoreInput input, ExitView exit) {
  require(exit.exits > 0 && static_cast<std::int64_t>(exit.exit.size()) == observations.count(), "one exit a sample");
  ScoreView view = see_scores(observations, input);
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

}  // namespace exitaudit::attack
