#pragma once
// measure_latency: the times in which a model answers, one sample at a time, alone or beside copies of itself (6.2).

#include "stages/stage.h"

namespace exitaudit::measure_latency {

/// Reads weights, thresholds, dataset, partition; leaves latencies. Every rank of its team is one copy of the model.
void measure_latency_stage(StageContext& context);

}  // namespace exitaudit::measure_latency
