#pragma once
// ConductorRank: a conductor as rank 0 sees it: messages in, messages out. Turns a start into a job order, which it
// works out from the graph that every rank has.

#include <optional>
#include <vector>

#include "pipeline/artifact/store.h"
#include "pipeline/graph/job_graph.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/conductor.h"
#include "pipeline/run/rank_message.h"
#include "pipeline/run/rank_watch.h"
#include "pipeline/run/run_options.h"
#include "pipeline/run/study_folders.h"

namespace exitaudit {

class ConductorRank {
 public:
  /// `graph` must outlive it.
  ConductorRank(const JobGraph& graph, const RunOptions& options, int rank);

  /// Obeys one message from rank 0. Throws Error(kFailure) where rank 0 means another study.
  void handle(const RankMessage& message);
  /// News for rank 0, beginning with Hello on the first call.
  std::vector<RankMessage> step();
  /// Waits for news of workers, at most `milliseconds`.
  void wait(int milliseconds) const { conductor_.wait(milliseconds); }
  /// Throws Error(kFailure) where rank 0 has been silent for too long: it has gone without a word.
  void require_rank_zero();
  /// Set once rank 0 has said Leave.
  std::optional<int> exit_code() const { return exit_code_; }

 private:
  void start(const StartJob& start);
  JobOrder make_order(const StartJob& start) const;
  RankMessage translate(ConductorEvent event) const;
  StopWish stop_wish() const;

  const JobGraph& graph_;
  RunOptions options_;
  int rank_;
  StudyFolders folders_;
  Store store_;
  Deadline deadline_;  ///< of the allocation, where the batch system tells it
  Conductor conductor_;
  RankWatch watch_;  ///< of rank 0
  bool said_hello_ = false;
  bool said_stop_ = false;
  bool said_urgent_ = false;
  std::optional<int> exit_code_;
};

}  // namespace exitaudit
