#pragma once
// Conductor: one per rank. Starts a worker for each job it is given, keeps workers for the next job, watches them, and
// reports how every job ended, whatever its worker did. Light: no torch, no CUDA; a job cannot take it down.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/run/job_order.h"
#include "pipeline/run/worker_loop.h"
#include "pipeline/run/worker_process.h"

namespace exitaudit {

/// The two programs that run jobs; both are called with the one argument "worker", or, torch, "team".
struct WorkerPrograms {
  std::string light;  ///< stages without torch
  std::string torch;
};

/// What one job may take; 0 = no limit.
struct WorkerLimits {
  double seconds = 0;        ///< longer counts as hung: kTimeout
  std::uint64_t memory = 0;  ///< bytes
};

/// News of one job: `result` once, at its end; `progress` any number of times before.
struct ConductorEvent {
  std::optional<JobProgress> progress;
  std::optional<JobResult> result;
  std::vector<std::string> tail;  ///< last lines of the job's log where it was not done
};

class Conductor {
 public:
  Conductor(int slots, WorkerPrograms programs, WorkerLimits limits = {});
  ~Conductor();  ///< ends all workers
  Conductor(const Conductor&) = delete;
  Conductor& operator=(const Conductor&) = delete;

  int free_slots() const;
  bool busy() const { return free_slots() < static_cast<int>(slots_.size()); }
  /// Gives a job to a free slot (there must be one); one of several ranks to a team started for it. Where no worker can
  /// be made the job fails; poll() says so.
  void start(const JobOrder& order, bool torch);
  std::vector<ConductorEvent> poll();
  /// Returns when a worker has news, at the latest after `milliseconds`; a signal ends the wait too.
  void wait(int milliseconds) const;

  void stop();  ///< asks every running job to come to a resumable end; whoever dies from now on was preempted
  void kill();  ///< ends every running job now

 private:
  enum Kind : std::size_t { kLight, kTorch, kTeam, kKinds };
  /// A place for one job at a time. Its workers live on between jobs; a team is started for its one job.
  struct Slot {
    std::array<std::unique_ptr<WorkerProcess>, kKinds> workers;
    std::optional<JobOrder> order;  ///< the job that runs here
    Kind kind = kLight;             ///< who runs it
    std::uint64_t log_begin = 0;
    double started = 0;  ///< by the monotonic clock
    std::unique_ptr<WorkerProcess>& worker() { return workers[kind]; }
  };
  void hire(Slot& slot);
  void ask_teams_again();
  void poll_running(Slot& slot, std::vector<ConductorEvent>& events);
  bool hangs(const Slot& slot) const;
  void take_line(Slot& slot, const std::string& line, std::vector<ConductorEvent>& events);
  void end_job(Slot& slot, JobResult result, std::vector<ConductorEvent>& events);
  void bury_idle(std::unique_ptr<WorkerProcess>& worker);
  void retire(std::unique_ptr<WorkerProcess>& worker);

  WorkerPrograms programs_;
  WorkerLimits limits_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<WorkerProcess>> leaving_;  ///< told to go, not yet gone
  std::vector<ConductorEvent> pending_;                  ///< of jobs that could not even start
  bool stopping_ = false;
  double asked_at_ = 0;  ///< when teams were last asked to stop, by the monotonic clock
};

}  // namespace exitaudit
