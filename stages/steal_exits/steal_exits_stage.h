#pragma once
// The stage `steal_exits`: latencies of the target, and of the adversary's own model -> stolen_exits.

#include "stages/stage.h"

namespace exitaudit::steal_exits {

/// Reads latencies: "latencies" (the target on its samples: what is told apart), "fit_latencies" (the target on the
/// adversary's own queries; for the density thief's `fit_on: shadow_queries`), "shadow_latencies" (the adversary's own
/// model; optional, but for the bandwidth `shadow` and the likelihood). Leaves stolen_exits. Of the target, times alone
/// reach the thief; its true exits are read once all is told, and for the accuracy alone. Throws Error(kFailure) naming
/// both models where their numbers of exits differ, and the input that a setting needs and the job lacks.
void steal_exits_stage(StageContext& context);

}  // namespace exitaudit::steal_exits
