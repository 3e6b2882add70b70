#pragma once
// The stage `predict_exits`: shadow and target observations -> stolen_exits, from scores alone.

#include "stages/stage.h"

namespace exitaudit::predict_exits {

/// Reads "shadow" and "target" (observations), leaves stolen_exits. The target's true exits are read once the guess is
/// made, and for its accuracy alone. Throws Error(kFailure) naming both models where their numbers of exits differ.
void predict_exits_stage(StageContext& context);

}  // namespace exitaudit::predict_exits
