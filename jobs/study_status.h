#pragma once
// Study status: how every job of a study stands, from the store and the ledger alone, and how many of each kind.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "jobs/commands/study.h"

namespace exitaudit {

enum class JobState { kDone, kRunning, kToRun, kFailed, kBlocked, kUnavailable };
inline constexpr std::array<const char*, 6> kJobStateNames{"done",   "running", "to run",
                                                           "failed", "blocked", "not in this version"};

struct JobStatus {
  JobState state = JobState::kToRun;
  const Attempt* last = nullptr;  ///< of `planned`'s ledger; null where there was none
};

/// In the graph's order; refers to `planned`.
std::vector<JobStatus> statuses(const PlannedStudy& planned);

/// Names of axes out of "dataset,network". Throws BadInput where one is unknown.
std::vector<std::string> split_axes(const std::string& text);

/// By the jobs' values on the axes, "cifar10/vgg16", and by state.
using StatusCounts = std::map<std::string, std::map<JobState, std::size_t>>;
StatusCounts count(const PlannedStudy& planned, const std::vector<JobStatus>& found,
                   const std::vector<std::string>& axes);

}  // namespace exitaudit
