#pragma once
// The stage `attack`: shadow and target observations -> verdicts. Which adversary it serves is a choice of inputs.

#include <string>
#include <vector>

#include "stages/attack/attack_options.h"
#include "stages/schema/observations.h"
#include "stages/schema/verdicts.h"
#include "stages/stage.h"

namespace exitaudit::attack {

/// One model's recording and the job that it comes from, for error messages.
struct Recording {
  std::string job;
  schema::Observations observations;
};

/// Throws Error(kFailure), naming both recordings and both values, where the shadow cannot teach an attack on the
/// target: other exits, other classes or features where the input depends on their number, or a recording that lacks
/// members or non-members.
void check_pair(const Recording& shadow, const Recording& target, const AttackJob& settings);

/// Verdicts with the truth beside them, measurements not yet made. Larger scores than 0.5 are decided "member".
schema::Verdicts judge(const schema::Observations& target, std::vector<double> scores, const AttackRow& row);

/// Reads "shadow" and "target" (observations; distances for a label-only attack) and, where exits are stolen or
/// predicted, "stolen_exits"; leaves verdicts with their measurements and the null check.
void attack_stage(StageContext& context);

}  // namespace exitaudit::attack
