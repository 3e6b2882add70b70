#include "stages/train/schedule.h"

#include <algorithm>

#include "pipeline/base/error.h"

namespace exitaudit::train {

double learning_rate(const TrainOptions& options, std::int64_t epoch) {
  require(options.learning_rate.has_value(), "the training recipe was not resolved");
  double rate = *options.learning_rate;
  for (const std::int64_t milestone : options.milestones) {
    if (epoch > milestone) rate *= options.decay;
  }
  return rate;
}

std::vector<double> exit_weights(std::int64_t exits, std::int64_t epoch) {
  constexpr double kStep = 0.15;
  std::vector<double> weights;
  for (std::int64_t i = 1; i < exits; ++i) {
    const double ceiling = kStep * static_cast<double>(i);
    weights.push_back(std::min(ceiling, 0.01 + static_cast<double>(epoch) * ceiling / 100));
  }
  weights.push_back(1);
  return weights;
}

}  // namespace exitaudit::train
