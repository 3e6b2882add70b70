#pragma once
// The attacks that train a model: score-based (specification 5.2) and gradient-based (5.1). Each learns from its view
// of the shadow what members look like, and then judges its view of the target.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/attack/attack_features.h"

namespace exitaudit::attack {

/// What training needs beside the samples.
struct MlpTraining {
  ClassifierRecipe recipe;
  std::vector<std::string> names;                                      ///< of its random streams
  std::function<void(std::int64_t)> epoch_done = [](std::int64_t) {};  ///< called after each epoch
  std::string device = "cpu";                                          ///< "cpu" or "cuda:0"
};

/// Membership scores [n] of the target's samples: the model's probability of "member"; larger than 0.5 means member.
std::vector<double> score_attack(const Lesson<ScoreView>& shadow, const ScoreView& target, const MlpTraining& training);

/// As score_attack(). `gradient_bias`: the last layer's bias gradient is read beside its weight gradient.
std::vector<double> gradient_attack(const Lesson<WhiteBoxView>& shadow, const WhiteBoxView& target, bool gradient_bias,
                                    const MlpTraining& training);

}  // namespace exitaudit::attack
