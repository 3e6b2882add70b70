#pragma once
// WorkerProcess: one child that runs jobs, seen from its conductor: start, tell, listen, stop, bury. Nothing here ever
// blocks, and a worker never outlives its conductor: it dies with it (PR_SET_PDEATHSIG), and its orders end.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/ledger/ledger.h"
#include "pipeline/run/spawn.h"

namespace exitaudit {

/// How a worker ended, as the outcome of the job it had.
struct WorkerDeath {
  Outcome outcome = Outcome::kCrashed;
  std::string message;  ///< "killed by signal 11 (SIGSEGV)"
};

/// A signal of the job's own making or a bad exit: kCrashed. A signal from outside: kLost. `status` as waitpid() gives
/// it. Exit code 128 + n is signal n of a process below: so mpirun and shells tell it.
WorkerDeath judge_death(int status);

class WorkerProcess {
 public:
  /// Starts `command` (program path and arguments) with its orders on descriptor 3, its answers on 4, and its early
  /// output appended to `log`. Throws Error(kFailure) where no process can be made; a program that cannot be executed
  /// shows as a death with exit code 127 and a line in the log.
  WorkerProcess(const std::vector<std::string>& command, const std::filesystem::path& log,
                const SpawnOptions& options = {});
  ~WorkerProcess();  ///< kills and reaps
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Queues one line; what the pipe does not take now goes out in poll().
  void send(const std::string& line);
  /// Moves bytes both ways and asks after the process; returns the whole lines that came in, oldest first.
  std::vector<std::string> poll();
  /// Set once the process has ended and poll() has handed out all that it said.
  const std::optional<WorkerDeath>& death() const { return death_; }

  void stop();        ///< SIGUSR2: please come to a resumable end
  void kill();        ///< SIGKILL
  void end_orders();  ///< the worker leaves when it has finished what it does

  pid_t pid() const { return pid_; }
  int reply_descriptor() const { return replies_; }  ///< readable when there is news; -1 once closed
  int order_descriptor() const { return unsent_.empty() ? -1 : orders_; }  ///< to be waited on for writing

 private:
  void write_orders();
  void read_replies();
  void reap();
  void signal_process(int signal);

  pid_t pid_ = -1;
  int orders_ = -1;
  int replies_ = -1;
  std::string unsent_;
  std::string received_;
  std::uint64_t kills_before_ = 0;  ///< out_of_memory_kills() when it began
  double silent_since_ = 0;         ///< when the replies ended, by the monotonic clock
  std::optional<WorkerDeath> death_;
};

}  // namespace exitaudit
