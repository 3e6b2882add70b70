#include "stages/common/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

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

std::vector<float> sorted_scores(const schema::Observations& observations, std::int64_t width) {
  const auto classes = static_cast<std::size_t>(observations.classes);
  const auto n = static_cast<std::size_t>(observations.count());
  require(classes > 0 && observations.logits.size() == n * classes, "observations hold one logit a class and sample");
  std::vector<float> scores;
  scores.reserve(n * static_cast<std::size_t>(width));
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const float> logits(observations.logits.data() + i * classes, classes);
    std::vector<double> row = sorted_probabilities(logits, observations.index[i]);
    row.resize(static_cast<std::size_t>(width), 0);
    for (const double probability : row) scores.push_back(static_cast<float>(probability));
  }
  return scores;
}

}  // namespace exitaudit
