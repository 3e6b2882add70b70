#pragma once
// Expected times: how long the jobs of a study will take, from what its ledger has seen and, where that says nothing,
// from the study's own rough estimates. They order the queue and tell what is left; no result depends on them.

#include <cstddef>
#include <string>
#include <vector>

#include "pipeline/graph/job_graph.h"
#include "pipeline/ledger/ledger.h"

namespace exitaudit {

struct ExpectedTimes {
  std::vector<double> seconds;  ///< of every job, on one worker
  std::vector<bool> measured;   ///< whether a job's seconds rest on the ledger
};

/// A job takes its estimate times the median of measured / estimated: of the finished jobs of its stage and network,
/// else of its stage. So a few small networks that are done say what a large one will take. Where none of this study's
/// own jobs of a stage is done, the stage's median of whatever the ledger has seen counts, else the estimate.
ExpectedTimes expected_times(const JobGraph& graph, const LedgerSummary& ledger);

/// "measured times for 12 jobs, rough estimates for one CPU core for 49": what is behind the seconds of `jobs`.
std::string describe_source(const ExpectedTimes& times, const std::vector<std::size_t>& jobs);

}  // namespace exitaudit
