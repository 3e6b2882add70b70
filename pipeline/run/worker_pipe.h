#pragma once
// A worker's ends of its pipes and the state of its process: what lone workers and the ranks of a team share.

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/run/job_order.h"

namespace exitaudit {

/// Blocking reads of whole lines from the orders' descriptor.
class OrderLines {
 public:
  /// nullopt once the conductor has closed its end or is gone.
  std::optional<std::string> next();

 private:
  bool fill();
  std::string buffer_;
};

/// One whole line to the conductor. Where the conductor is gone there is nobody left to work for: the process ends.
void reply(const std::string& line);
void reply(const JobResult& result);
/// Passes on what report_progress() is told of this job, until set_progress_sink({}).
void reply_with_progress_of(const std::string& job);

/// Standard output and error go to the job's log from here on.
void redirect_output(const std::filesystem::path& log);

/// Signals, limits and descriptors as every worker wants them.
void prepare_worker_process();

JobResult ended_badly(const std::string& job, Outcome outcome, const std::string& message);

}  // namespace exitaudit
