#pragma once
// A rank of a team: all ranks of one launch (mpirun) run one job together and leave. Rank 0 reads the order from its
// standard input and tells the others; it alone writes the log, progress, artifact and result. The team lives and dies
// as one: an exception on any rank ends all of them, and so does the death of a rank or of mpirun.

#include <functional>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/topology.h"
#include "pipeline/run/job_order.h"

namespace exitaudit {

/// Runs one job as this rank; returns the exit code of the process. `run` is called on every rank, with the device that
/// is this rank's; it must not throw.
int run_team_worker(const std::function<JobResult(const JobOrder&, Communicator& team)>& run);

/// The device of the rank at `place` on its node: the order's devices in turn, or, where it names none, the node's GPUs
/// in turn.
std::string device_of_rank(const JobOrder& order, const NodePlace& place, int gpus);

}  // namespace exitaudit
