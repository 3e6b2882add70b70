#pragma once
// Dispatcher: rank 0's part of a run. Gives jobs to free slots under leases, writes the ledger, and turns every outcome
// into what happens next. Messages in, messages out; it starts no process itself.

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/artifact/store.h"
#include "pipeline/base/clock.h"
#include "pipeline/graph/ready_queue.h"
#include "pipeline/ledger/lease.h"
#include "pipeline/ledger/ledger.h"
#include "pipeline/run/progress.h"
#include "pipeline/run/rank_message.h"
#include "pipeline/run/rank_watch.h"
#include "pipeline/run/run_options.h"
#include "pipeline/run/slot_table.h"
#include "pipeline/run/study_folders.h"

namespace exitaudit {

/// What a dispatcher works with; all of it outlives the dispatcher.
struct DispatcherTools {
  const JobGraph& graph;
  const RunOptions& options;
  const Store& store;
  LeaseTable& leases;
  LedgerWriter& ledger;
  Progress& progress;
  const Clock& clock;
  int ranks = 1;  ///< that will say hello
};

class Dispatcher {
 public:
  Dispatcher(DispatcherTools tools, const Plan& plan, const Snapshot& snapshot, const LedgerSummary& history);

  /// Takes in what a rank says.
  void handle(int rank, const RankMessage& message);
  /// Does what is due; returns messages and the ranks they are for.
  std::vector<std::pair<int, RankMessage>> step();
  /// Nothing runs and nothing more will be started.
  bool finished() const;
  /// How it went; the plan's own counts are the caller's to add.
  void report(RunSummary& summary) const;

 private:
  /// What is remembered of a job from attempt to attempt.
  struct Track {
    Attempt attempt;         ///< the latest
    Placement place;         ///< and where it runs
    double fraction = 0;     ///< how far it is, while it runs
    int lost = 0;            ///< times since the last retry, in earlier launches too
    int preempted = 0;       ///< times in this launch, without this launch being stopped
    bool elsewhere = false;  ///< another launch had it
    bool suspect = false;    ///< a reader found its artifact damaged: its bytes are verified before it is used again
  };
  Track& track(std::size_t job);
  bool halted() const { return stopping_ || (tools_.options.fail_fast && !failures_.empty()); }

  void begin_stop(const std::string& why, const StopWish& wish);
  void watch_ranks();
  void lose_rank(int rank);
  void say(int rank, RankMessage message);
  void say_to_all(const RankMessage& message);
  void recheck_elsewhere(double until);
  bool prepare(std::size_t job);
  bool adopt(std::size_t job);
  std::optional<std::string> usable_content(std::size_t job);
  std::optional<Attempt> failure_elsewhere(std::size_t job) const;
  void start(std::size_t job, const Placement& place);

  void hear(const JobAdvanced& news);
  void hear(const JobEnded& news);
  JobResult settle_outcome(std::size_t job, JobResult result);
  bool needs_more_than_a_launch(std::size_t job);
  void record(std::size_t job, const JobResult& result, const std::vector<std::string>& tail);
  void act_on(std::size_t job, const JobResult& result, const std::vector<std::string>& tail);
  void act_on_lost(std::size_t job, const JobResult& result, const std::vector<std::string>& tail);
  void act_on_corrupt_inputs(std::size_t job, const JobResult& result);
  void give_up(std::size_t job, const JobResult& result, const std::vector<std::string>& tail);
  std::vector<std::size_t> corrupt_inputs(std::size_t job, const JobResult& result) const;
  RunState state() const;

  DispatcherTools tools_;
  StudyFolders folders_;
  std::vector<double> expected_;  ///< seconds of every job
  ReadyQueue queue_;
  std::unordered_map<std::string, JobHistory> history_;
  std::unordered_map<std::size_t, Track> tracks_;
  SlotTable slots_;
  RankWatch watch_;
  std::set<int> lost_ranks_;
  std::vector<std::pair<int, RankMessage>> outgoing_;
  std::vector<FailedJob> failures_;
  std::size_t ran_ = 0;
  std::size_t adopted_ = 0;
  double next_recheck_ = 0;
  double recheck_pause_;          ///< seconds between two rounds of looks at the jobs of other launches
  std::size_t recheck_from_ = 0;  ///< where the round goes on
  bool news_elsewhere_ = false;   ///< in this round
  double began_;                  ///< monotonic seconds
  bool stopping_ = false;
  bool at_time_limit_ = false;  ///< and that is why
  bool killing_ = false;
  double kill_at_ = 0;
};

}  // namespace exitaudit
