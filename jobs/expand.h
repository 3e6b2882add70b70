#pragma once
// expand: Experiment -> jobs. Reads like the paper's method, one paragraph per stage. Pure.

#include <vector>

#include "jobs/experiment.h"
#include "pipeline/graph/job.h"

namespace exitaudit {

std::vector<Job> expand(const Experiment& experiment);

}  // namespace exitaudit
