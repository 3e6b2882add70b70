#pragma once
// Study status: how every job of a study stands, from the store and the ledger alone, how many of each kind, and what
// is left to do.

#include <array>
#include <map>
#include <optional>
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

/// What the jobs that run or are to run still take.
struct RemainingWork {
  std::size_t jobs = 0;
  double seconds = 0;       ///< of one worker
  std::size_t running = 0;  ///< of `jobs`
  /// Until the end, if no more workers than now are busy at once; nothing where none is.
  std::optional<double> at_least_seconds;
  std::string source;  ///< what is behind the seconds, as describe_source() says
};

/// `now`: unix seconds; what a running job has behind it by then is no longer left.
RemainingWork remaining_work(const PlannedStudy& planned, const std::vector<JobStatus>& found, double now);

/// "left: about 12h18m of work for one worker in 310 jobs; 8 run now: at least 1h32m (measured times)"; "" where
/// nothing is left.
std::string format_remaining(const RemainingWork& work);

/// A host that takes jobs down.
struct BadNode {
  std::string host;
  std::size_t taken_down = 0;  ///< attempts there that were lost or crashed
  std::size_t attempts = 0;    ///< all that ended there
};
/// Hosts on which three attempts or more, and most of all there, were lost or crashed, while jobs were done elsewhere.
std::vector<BadNode> bad_nodes(const LedgerSummary& ledger);

/// "node7 took down 5 of 6 jobs; to leave it out, add "--exclude=node7" to sbatch in the site file"; "" where there is
/// none.
std::string format_bad_nodes(const std::vector<BadNode>& nodes);

}  // namespace exitaudit
