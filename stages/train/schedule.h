#pragma once
// What changes from epoch to epoch: the learning rate and the weights of the exits in the joint loss (specification 3).

#include <cstdint>
#include <vector>

#include "stages/train/train_options.h"

namespace exitaudit::train {

/// Rate of an epoch, counted from 1: it decays after each milestone. The options must be resolved.
double learning_rate(const TrainOptions& options, std::int64_t epoch);

/// [exits] weights of the exits' losses: 1 for the last; those of the early exits rise by a hundredth of their ceiling
/// (.15, .30, .45, .60, .75 by order of the exit) an epoch.
std::vector<double> exit_weights(std::int64_t exits, std::int64_t epoch);

}  // namespace exitaudit::train
