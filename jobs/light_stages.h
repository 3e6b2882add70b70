#pragma once
// The stages that need no torch, bound to their functions, and the way both workers run a bound stage.

#include <map>
#include <string>

#include "stages/stage.h"

namespace exitaudit {

using StageTable = std::map<std::string, StageFunction>;

const StageTable& light_stages();

/// Runs the order's stage from `table`; an unknown stage or another version of it is a failed job.
JobResult run_bound_stage(const JobOrder& order, const StageTable& table, Communicator& team = solo_communicator());

}  // namespace exitaudit
