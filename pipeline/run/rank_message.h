#pragma once
// RankMessage: what rank 0 and the conductors say to each other, one JSON text each. A start carries a job's index and
// what only rank 0 knows of it; the rest every rank works out from the same graph.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "pipeline/run/job_order.h"

namespace exitaudit {

// From a conductor to rank 0.

/// First words: what this rank has to offer.
struct Hello {
  int slots = 1;
  std::string host;
  std::string device;
};
struct JobAdvanced {
  std::size_t job = 0;
  double fraction = 0;
  std::string what;
};
struct JobEnded {
  std::size_t job = 0;
  JobResult result;
  std::vector<std::string> tail;
};
/// This rank was asked to stop (by its scheduler, say): all shall.
struct StopWish {
  double grace = 0;         ///< seconds that running jobs have for it
  bool time_limit = false;  ///< because the allocation's time is over
};

// Both ways.

/// A sign of life; see RankWatch.
struct Alive {};

// From rank 0 to a conductor.

struct StartJob {
  std::size_t job = 0;
  std::string fingerprint;  ///< must be the job's in the conductor's graph, too
  std::string lease;
  std::string launch;
  std::vector<std::string> devices;  ///< as JobOrder's
};
struct StopJobs {};  ///< bring what runs to a resumable end
struct KillJobs {};  ///< the time for that is over
/// Last words: go home with this exit code.
struct Leave {
  int exit_code = 0;
};

using RankMessage = std::variant<Hello, JobAdvanced, JobEnded, StopWish, Alive, StartJob, StopJobs, KillJobs, Leave>;

std::string to_json(const RankMessage& message);
RankMessage rank_message_from_json(const std::string& text);  ///< throws Error(kFailure)

/// To dispatch on a message's type with one lambda each.
template <class... T>
struct Overloaded : T... {
  using T::operator()...;
};
template <class... T>
Overloaded(T...) -> Overloaded<T...>;

}  // namespace exitaudit
