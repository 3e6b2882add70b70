#pragma once
// The stage `guard_time`: clean latencies -> latencies as they leave a model behind TimeGuard.

#include "stages/stage.h"

namespace exitaudit::guard_time {

/// Reads "latencies" and "dataset", and where it is there "calibration": the latencies from which the guard learnt its
/// deadlines and its Tmax, in the place of "latencies" themselves. The secret comes from the environment (secret.h);
/// none, or too short a one, is BadInput. Leaves latencies.
void guard_time_stage(StageContext& context);

}  // namespace exitaudit::guard_time
