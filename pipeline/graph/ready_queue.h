#pragma once
// ReadyQueue: plan + outcomes -> the next job. Pure: rank 0 tells it what happened and asks it what to start.
//
// A job is ready once all its inputs are done; of those that are ready the one with the longest remaining path goes
// first. An artifact that exists below an input that runs is decided when that input is done: the same bytes leave it
// done without running, other bytes make it run.

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/graph/plan.h"

namespace exitaudit {

/// Where a study stands. to_run = done + failed + skipped + running + elsewhere + ready + waiting.
struct QueueCounts {
  std::size_t to_run = 0;  ///< all jobs that turned out to need a run; grows as artifacts are decided or found corrupt
  std::size_t done = 0;    ///< of to_run
  std::size_t failed = 0;
  std::size_t skipped = 0;  ///< an input failed
  std::size_t running = 0;
  std::size_t elsewhere = 0;  ///< held by another launch
  std::size_t ready = 0;
  std::size_t waiting = 0;    ///< for an input
  std::size_t undecided = 0;  ///< beside to_run: existing artifacts that wait for an input to be decided
};

class ReadyQueue {
 public:
  /// `graph` must outlive the queue; `expected_seconds` has one entry a job. `plan` is make_plan(graph, snapshot, …).
  ReadyQueue(const JobGraph& graph, const Plan& plan, const Snapshot& snapshot, std::vector<double> expected_seconds);

  using Fits = std::function<bool(std::size_t job)>;
  /// The ready job of the pool with the longest remaining path (ties: first in the graph), now counted as running.
  /// `fits` may refuse jobs; that a timing job has its node to itself is `fits`'s care.
  std::optional<std::size_t> next(Pool pool, const Fits& fits = {});

  /// Committed with these bytes, here or (after held_elsewhere) by another launch.
  void done(std::size_t job, const std::string& content);
  /// Not to be had in this run: what depends on it and needs to run is skipped.
  void failed(std::size_t job);
  /// Lost or preempted: to be started again.
  void put_back(std::size_t job);
  /// A done job's artifact turned out damaged: it runs again (kRebuildsAllowed times, then it has failed) and its
  /// dependents wait for it. The job that found out is to be put back, before or after. Reported twice, it counts once.
  void corrupt(std::size_t job);
  /// Another launch has the lease of a job that next() gave: not offered until recheck().
  void held_elsewhere(std::size_t job);
  void recheck(std::size_t job);

  bool finished() const;  ///< nothing is ready, running or elsewhere, so nothing will be
  const QueueCounts& counts() const { return counts_; }
  std::vector<std::size_t> skipped() const;
  std::vector<std::size_t> elsewhere() const { return {elsewhere_.begin(), elsewhere_.end()}; }
  /// Expected seconds of the job and the longest chain of jobs to run that wait for it, as planned.
  double remaining_path_seconds(std::size_t job) const { return path_[job]; }
  double longest_path_left_seconds() const;  ///< over unfinished jobs: no number of slots is done sooner
  double work_left_seconds() const;          ///< sum over unfinished jobs to run

  static constexpr int kRebuildsAllowed = 3;

 private:
  enum class State { kOut, kPending, kReady, kRunning, kElsewhere, kDone, kKept, kFailed, kSkipped };
  struct Entry {
    State state = State::kOut;
    bool exists = false;           ///< an artifact lies there, made from inputs of digest `made_from`
    bool wanted = false;           ///< counted in to_run
    bool waits_for_retry = false;  ///< failed before: kept where its inputs keep their bytes, but not run
    int rebuilds = 0;
    std::size_t waiting = 0;  ///< inputs that are not done
    std::string content;
    std::string made_from;
  };

  void admit(const Plan& plan, const Snapshot& snapshot);
  void plan_paths(const Plan& plan);
  void set_state(std::size_t job, State state);
  std::size_t* tally(const Entry& entry);
  void want(std::size_t job);
  void settle(std::size_t job);
  void decide(std::size_t job, std::vector<std::size_t>& more);
  void mark_done(std::size_t job, std::vector<std::size_t>& more);
  void give_up(std::size_t job, State state);
  void reopen(std::size_t job);
  bool hopeless(std::size_t job) const;
  bool unfinished(std::size_t job) const;
  std::string digest(std::size_t job) const;

  const JobGraph* graph_;
  std::vector<double> expected_;
  std::vector<double> path_;
  std::vector<Entry> entries_;
  std::array<std::set<std::pair<double, std::size_t>>, 2> ready_;  ///< by pool: {-path, job}
  std::set<std::size_t> elsewhere_;
  QueueCounts counts_;
};

}  // namespace exitaudit
