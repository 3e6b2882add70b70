#include "pipeline/run/conductor.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/run/log_tail.h"
#include "pipeline/run/team_command.h"
#include "pipeline/run/worker_pipe.h"

namespace exitaudit {
namespace {

constexpr std::string_view kResult = "result ";
constexpr std::string_view kProgress = "progress ";
constexpr double kPatienceSeconds = 0.5;  // between two requests to stop
constexpr double kFarewellSeconds = 2;    // a worker without orders is gone by then, or is helped along

std::vector<std::string> command_of_team(const std::string& worker, int ranks) {
  const char* path = std::getenv("PATH");
  return team_command({.launcher = find_launcher(path == nullptr ? "" : path, ranks),
                       .worker = worker,
                       .ranks = ranks,
                       .as_root = ::geteuid() == 0});
}

}  // namespace

Conductor::Conductor(int slots, WorkerPrograms programs, WorkerLimits limits)
    : programs_(std::move(programs)), limits_(limits), slots_(static_cast<std::size_t>(std::max(slots, 1))) {}

Conductor::~Conductor() {
  for (Slot& slot : slots_) {
    for (auto& worker : slot.workers) retire(worker);
  }
  SystemClock clock;
  const double deadline = clock.monotonic_seconds() + kFarewellSeconds;
  while (!leaving_.empty() && clock.monotonic_seconds() < deadline) {
    for (const auto& worker : leaving_) worker->poll();
    std::erase_if(leaving_, [](const auto& worker) { return worker->death().has_value(); });
    if (!leaving_.empty()) clock.sleep_seconds(0.002);
  }
}

int Conductor::free_slots() const {
  return static_cast<int>(std::ranges::count_if(slots_, [](const Slot& slot) { return !slot.order; }));
}

void Conductor::start(const JobOrder& order, bool torch) {
  const auto slot = std::ranges::find_if(slots_, [](const Slot& each) { return !each.order; });
  require(slot != slots_.end(), "a job is only given to a free slot");
  slot->order = order;
  slot->kind = order.ranks > 1 ? kTeam : torch ? kTorch : kLight;
  slot->log_begin = log_size(order.log);
  slot->started = SystemClock().monotonic_seconds();
  try {
    bury_idle(slot->worker());
    if (!slot->worker()) hire(*slot);
    slot->worker()->send(to_json(order));
  } catch (const std::exception& error) {
    end_job(*slot, ended_badly(order.job, Outcome::kFailed, error.what()), pending_);
  }
}

void Conductor::hire(Slot& slot) {
  const std::string& program = slot.kind == kLight ? programs_.light : programs_.torch;
  if (program.empty()) throw Error(ErrorKind::kFailure, "this build has no worker for stages that need LibTorch");
  const bool team = slot.kind == kTeam;
  const auto command = team ? command_of_team(program, slot.order->ranks) : std::vector<std::string>{program, "worker"};
  // mpirun ends its ranks at a ^C or SIGTERM that is meant for us; it shall hear SIGUSR2 alone, from us.
  slot.worker() = std::make_unique<WorkerProcess>(command, slot.order->log,
                                                  SpawnOptions{.own_group = team, .memory = limits_.memory});
}

std::vector<ConductorEvent> Conductor::poll() {
  std::vector<ConductorEvent> events = std::move(pending_);
  pending_.clear();
  if (stopping_) ask_teams_again();
  for (Slot& slot : slots_) {
    if (slot.order) poll_running(slot, events);
    // Workers without a job are looked after too, so that the dead are neither used nor left unburied.
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      if (!slot.order || kind != slot.kind) bury_idle(slot.workers[kind]);
    }
  }
  for (const auto& worker : leaving_) worker->poll();
  std::erase_if(leaving_, [](const auto& worker) { return worker->death().has_value(); });
  return events;
}

/// mpirun passes a signal on to the ranks that there are: one that comes before them would be lost.
void Conductor::ask_teams_again() {
  const double now = SystemClock().monotonic_seconds();
  if (now - asked_at_ < kPatienceSeconds) return;
  asked_at_ = now;
  for (Slot& slot : slots_) {
    if (slot.order && slot.kind == kTeam && slot.worker()) slot.worker()->stop();
  }
}

void Conductor::poll_running(Slot& slot, std::vector<ConductorEvent>& events) {
  for (const std::string& line : slot.worker()->poll()) {
    if (slot.order) take_line(slot, line, events);
  }
  if (slot.order && hangs(slot)) {
    slot.worker()->kill();
    const std::string message =
        fmt::format("took longer than the {:.0f} s that a job may (--job-limit)", limits_.seconds);
    return end_job(slot, ended_badly(slot.order->job, Outcome::kTimeout, message), events);
  }
  // A result that arrived before the worker died counts; only a job without one is judged by the death.
  if (!slot.order || !slot.worker()->death()) return;
  WorkerDeath death = *slot.worker()->death();
  if (stopping_ && death.outcome == Outcome::kLost) {
    death = {Outcome::kPreempted, "it came to no resumable end in the time that a stop allows"};
  }
  end_job(slot, ended_badly(slot.order->job, death.outcome, death.message), events);
}

bool Conductor::hangs(const Slot& slot) const {
  return limits_.seconds > 0 && SystemClock().monotonic_seconds() - slot.started > limits_.seconds;
}

void Conductor::take_line(Slot& slot, const std::string& line, std::vector<ConductorEvent>& events) {
  try {
    if (line.starts_with(kProgress)) {
      events.push_back({job_progress_from_json(line.substr(kProgress.size())), {}, {}});
    } else if (line.starts_with(kResult)) {
      JobResult result = job_result_from_json(line.substr(kResult.size()));
      require(result.job == slot.order->job, "a worker answers for the job it was given");
      end_job(slot, std::move(result), events);
    } else {
      throw Error(ErrorKind::kFailure, "it is neither a result nor progress");
    }
  } catch (const Error& error) {
    const std::string message = fmt::format("the worker gave an answer that cannot be used: {}", error.what());
    slot.worker()->kill();
    end_job(slot, ended_badly(slot.order->job, Outcome::kCrashed, message), events);
  }
}

void Conductor::end_job(Slot& slot, JobResult result, std::vector<ConductorEvent>& events) {
  const bool done = result.outcome == Outcome::kDone;
  auto tail = done ? std::vector<std::string>{} : log_tail(slot.order->log, slot.log_begin);
  slot.order.reset();
  // After anything but success the next job gets a fresh process: a failure may leave a poisoned CUDA context behind,
  // and a worker that was asked to stop stays asked. A team has done its one job.
  if (!done || slot.kind == kTeam) retire(slot.worker());
  events.push_back({{}, std::move(result), std::move(tail)});
}

void Conductor::bury_idle(std::unique_ptr<WorkerProcess>& worker) {
  if (!worker) return;
  worker->poll();
  if (worker->death()) worker.reset();
}

void Conductor::retire(std::unique_ptr<WorkerProcess>& worker) {
  if (!worker) return;
  worker->end_orders();
  leaving_.push_back(std::move(worker));
}

void Conductor::wait(int milliseconds) const {
  std::vector<pollfd> watched;
  for (const Slot& slot : slots_) {
    const WorkerProcess* worker = slot.workers[slot.kind].get();
    if (!slot.order || worker == nullptr) continue;
    watched.push_back({worker->reply_descriptor(), POLLIN, 0});
    watched.push_back({worker->order_descriptor(), POLLOUT, 0});
  }
  // poll() passes over negative descriptors.
  ::poll(watched.data(), watched.size(), pending_.empty() ? milliseconds : 0);
}

void Conductor::stop() {
  stopping_ = true;
  asked_at_ = SystemClock().monotonic_seconds();
  for (Slot& slot : slots_) {
    if (slot.order) slot.worker()->stop();
  }
}

void Conductor::kill() {
  stopping_ = true;
  for (Slot& slot : slots_) {
    if (slot.order) slot.worker()->kill();
  }
}

}  // namespace exitaudit
