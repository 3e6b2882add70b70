#pragma once
// run_study: brings a study from what exists to what its graph wants, alone or on every rank of a launch.

#include "pipeline/base/clock.h"
#include "pipeline/graph/job_graph.h"
#include "pipeline/ranks/mailbox.h"
#include "pipeline/run/run_options.h"

namespace exitaudit {

/// The same call on every rank, with the same graph. Rank 0 dispatches and conducts, the others conduct; all return
/// together. Installs handlers for SIGTERM, SIGUSR2 and SIGINT, which ask for a resumable end. Failed jobs are in the
/// summary; throws only where the run itself cannot go on (disk full under the ledger, another study on some rank).
RunSummary run_study(const JobGraph& graph, const RunOptions& options, Mailbox& mailbox);

}  // namespace exitaudit
