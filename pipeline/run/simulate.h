#pragma once
// simulate: a plan on a virtual clock, on a cluster that need not exist. Pure and deterministic.
//
// Jobs are picked by pick_job() from a ReadyQueue, as the dispatcher picks them, so that what is simulated is the rule
// that runs. What is left out: the start of processes, the file system, other launches, preemption.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/graph/plan.h"

namespace exitaudit {

/// Equal nodes; each device has one conductor.
struct SimulatedCluster {
  int nodes = 1;
  int devices_per_node = 1;
  int slots_per_device = 1;
  int slots() const { return nodes * devices_per_node * slots_per_device; }
};

/// How long jobs take and what goes wrong.
struct SimulatedTimes {
  std::vector<double> expected;  ///< what the queue believes, in seconds, one entry a job: its order follows from these
  std::vector<double> seconds;   ///< what each takes
  double failure_rate = 0;       ///< share of attempts that are lost, each after a uniform share of its time, in [0, 1]
  std::int64_t seed = 1;         ///< of the failures; those of a job depend on this and its id alone
};

struct Simulation {
  double makespan = 0;            ///< seconds from the first start to the last end
  double work = 0;                ///< slot-seconds, those of lost attempts and of all slots of a timed node included
  double critical_path = 0;       ///< seconds of the longest chain of jobs that were done
  double bound = 0;               ///< max(work / slots, critical path): these attempts cannot be over sooner
  double idle_share = 0;          ///< of all slot-seconds until the end
  std::size_t jobs_run = 0;       ///< jobs that were done
  std::size_t attempts_lost = 0;  ///< repeated, but for the third of a job
  std::size_t jobs_failed = 0;    ///< lost kLostAttemptsAllowed times
  std::size_t jobs_skipped = 0;   ///< an input failed
};

/// Runs what `plan`, made from `snapshot`, leaves to run. Nobody can tell what bytes a job will leave, so what exists
/// below a job that runs is made anew.
Simulation simulate(const JobGraph& graph, const Plan& plan, const Snapshot& snapshot, const SimulatedCluster& cluster,
                    const SimulatedTimes& times);

}  // namespace exitaudit
