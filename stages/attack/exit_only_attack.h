#pragma once
// The exit-only control: an attack that sees nothing but the exit (specification 5.6). It tells how much of a hybrid
// attack's success is the base rate of the exit.

#include <vector>

#include "stages/attack/attack_features.h"

namespace exitaudit::attack {

/// Membership scores [n] of the target's samples: the share of members among the shadow's samples at the same exit;
/// 0.5, which decides nothing, for an exit that no shadow sample took. Larger than 0.5 means member.
std::vector<double> exit_only_attack(const Lesson<ExitView>& shadow, const ExitView& target);

}  // namespace exitaudit::attack
