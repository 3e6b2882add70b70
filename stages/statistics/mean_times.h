#pragma once
// Mean answering times of a model, whole and by exit (specification 7, Figure 20).

#include <vector>

#include "stages/schema/latencies.h"

namespace exitaudit::statistics {

/// Each sample counts with the median of its repeats. Slice "all": mean_ms, overhead_ms (no interval); slices "exit=k":
/// mean_ms, left out where no sample left. 95 % intervals of the mean by its normal approximation, NaN for one sample.
std::vector<schema::Measurement> mean_times(const schema::Latencies& latencies);

}  // namespace exitaudit::statistics
