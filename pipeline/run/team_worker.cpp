#include "pipeline/run/team_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stop_token>
#include <thread>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/launcher.h"
#include "pipeline/run/worker_hooks.h"
#include "pipeline/run/worker_loop.h"
#include "pipeline/run/worker_pipe.h"

namespace exitaudit {
namespace {
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};      // between two looks at our launcher
constexpr milliseconds kHearing{2000};  // at most, for an answer to get through mpirun before it ends
constexpr milliseconds kManners{100};   // times the rank: where several ranks fail at once, the first one speaks
constexpr int kPoliteRanks = 10;
constexpr std::size_t kLongestMessage = 2000;
constexpr int kFailed = 3;

/// mpirun forwards the three standard streams alone. They take the places that a worker's pipes have, and what else
/// prints goes to standard error, which is the job's log.
void move_streams() {
  ::dup2(STDIN_FILENO, kOrderDescriptor);
  ::dup2(STDOUT_FILENO, kReplyDescriptor);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
}

/// Ends this process where mpirun is gone, whatever the job's thread waits for.
class LauncherThread {
 public:
  LauncherThread() : thread_([this](const std::stop_token& leaving) { look(leaving); }) {}

 private:
  void look(const std::stop_token& leaving) const {
    while (!leaving.stop_requested()) {
      watch_.check();
      std::this_thread::sleep_for(kLook);
    }
  }
  LauncherWatch watch_;
  std::jthread thread_;
};

/// A signal may reach one rank before another: all of them stop, or none.
bool all_stop(Communicator& team) {
  std::int64_t stop = stop_requested() ? 1 : 0;
  team.all_reduce_max(std::span(&stop, 1));
  return stop != 0;
}

JobOrder order_of_rank(const std::string& line, Communicator& team) {
  JobOrder order = job_order_from_json(line);
  if (team.size() != order.ranks) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: wants {} ranks, its team has {}", order.job, order.ranks, team.size()));
  }
  order.device = device_of_rank(order, node_place(), usable_gpus());
  return order;
}

JobResult run_order(const std::string& line, Communicator& team,
                    const std::function<JobResult(const JobOrder&, Communicator&)>& run) {
  std::string job;
  try {
    const JobOrder order = order_of_rank(line, team);
    job = order.job;
    if (all_stop(team)) return ended_badly(job, Outcome::kPreempted, "asked to stop before it began");
    if (team.rank() == 0) {
      redirect_output(order.log);
      reply_with_progress_of(job);
    }
    return run(order, team);
  } catch (const std::exception& error) {
    return ended_badly(job, Outcome::kFailed, error.what());
  }
}

/// Waits until the conductor has heard our result: it closes the orders then.
void wait_until_heard() {
  pollfd orders{kOrderDescriptor, POLLIN, 0};
  ::poll(&orders, 1, static_cast<int>(kHearing.count()));
}

/// Tells the conductor why the team ends here, then ends it. mpirun lets any rank speak; a whole line is short enough
/// to arrive in one piece.
[[noreturn]] void end_team(int rank, JobResult result) {
  std::fflush(nullptr);
  if (rank == 0) {
    reply(result);
    wait_until_heard();
  } else {
    std::this_thread::sleep_for(kManners * std::min(rank, kPoliteRanks));
    result.message = fmt::format("rank {}: {}", rank, result.message.substr(0, kLongestMessage));
    reply(result);
    std::this_thread::sleep_for(kManners);
  }
  abort_all_ranks(kFailed);
}

int run_one_job(Communicator& team, const std::function<JobResult(const JobOrder&, Communicator&)>& run) {
  OrderLines orders;
  const std::string line = team.broadcast(team.rank() == 0 ? orders.next().value_or("") : "", 0);
  if (line.empty()) return 0;  // the conductor has changed its mind, or is gone
  JobResult result = run_order(line, team, run);
  set_progress_sink({});
  const bool agreed = result.outcome == Outcome::kDone || result.outcome == Outcome::kPreempted;
  if (!agreed) end_team(team.rank(), std::move(result));
  std::fflush(nullptr);
  if (team.rank() == 0) reply(result);
  return 0;
}

}  // namespace

std::string device_of_rank(const JobOrder& order, const NodePlace& place, int gpus) {
  if (order.device == "cpu") return order.device;
  if (order.devices.empty()) return device_of(place, gpus);
  return order.devices[static_cast<std::size_t>(place.rank) % order.devices.size()];
}

int run_team_worker(const std::function<JobResult(const JobOrder&, Communicator& team)>& run) {
  if (!started_as_rank()) {
    log_error("a rank of a team is started by `exitaudit run`, through mpirun, not by hand");
    return 2;
  }
  move_streams();
  prepare_worker_process();
  const LauncherThread launcher;
  const MpiSession session;
  const auto team = make_mpi_communicator();
  if (team->rank() != 0) set_log_level(LogLevel::kWarning);  // what all ranks have to say rank 0 says
  return run_one_job(*team, run);
}

}  // namespace exitaudit
