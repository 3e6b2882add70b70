#pragma once
// The stage `add_noise`: latencies -> the same as seen through a simulated network.

#include "stages/stage.h"

namespace exitaudit::add_noise {

/// Reads "latencies"; leaves latencies. Two jobs' latencies get independent noise: the input's job names the streams.
void add_noise_stage(StageContext& context);

}  // namespace exitaudit::add_noise
