#pragma once
// estimate: a rough guess of a job's time and disk, for the first plan; the ledger's medians replace it.

#include "jobs/experiment.h"
#include "pipeline/graph/job.h"

namespace exitaudit {

/// Fills expected_seconds (one worker, one CPU core of a few hundred Gops/s) and expected_bytes.
void estimate(Job& job, const Experiment& experiment);

}  // namespace exitaudit
