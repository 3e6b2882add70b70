#pragma once
// The worker's side of the pipe: takes orders, one JSON line each, from descriptor 3, runs them one after the other
// with standard output and error in the order's log, and answers on descriptor 4 with lines that begin with
// "result " or "progress " followed by JSON. It ends when descriptor 3 does, so a worker never outlives its conductor.

#include <functional>
#include <string>

#include "pipeline/run/job_order.h"

namespace exitaudit {

inline constexpr int kOrderDescriptor = 3;
inline constexpr int kReplyDescriptor = 4;

/// How far a job is.
struct JobProgress {
  std::string job;
  double fraction = 0;  ///< 0..1
  std::string what;     ///< "epoch 12/80"
};
std::string to_json(const JobProgress& progress);
JobProgress job_progress_from_json(const std::string& line);  ///< throws Error(kFailure)

/// Serves until the orders end; returns the exit code of the process. SIGUSR2 and SIGTERM ask the running job to stop
/// (stop_requested()); SIGINT is ignored, for the terminal's ^C is the conductor's to handle.
int run_worker_loop(const std::function<JobResult(const JobOrder&)>& run);

}  // namespace exitaudit
