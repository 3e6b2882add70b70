#pragma once
// The score-based attack (specification 5.2): an MLP that learns from the shadow's scores what members look like.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/attack/attack_features.h"

namespace exitaudit::attack {

/// Membership scores [n] of the target's samples: the model's probability of "member"; larger than 0.5 means member.
/// `names` name its random streams. `epoch_done` is called after each epoch. `device`: "cpu" or "cuda:0".
std::vector<double> score_attack(
    const Lesson<ScoreView>& shadow, const ScoreView& target, const AttackOptions& options,
    const std::vector<std::string>& names, const std::function<void(std::int64_t)>& epoch_done = [](std::int64_t) {},
    const std::string& device = "cpu");

}  // namespace exitaudit::attack
