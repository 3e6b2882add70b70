#include "pipeline/run/dispatcher.h"

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/run/expected_times.h"
#include "pipeline/run/pick_job.h"
#include "pipeline/run/snapshot.h"

namespace exitaudit {
namespace {

// How often the jobs of other launches are looked at: each look costs the file server some calls a job.
constexpr double kFirstPause = 1;
constexpr double kLongestPause = 10;
constexpr double kLongerEachTime = 1.5;

constexpr double kLongestStep = 1;  // seconds without an ear for the ranks, however much others have done meanwhile

}  // namespace

Dispatcher::Dispatcher(DispatcherTools tools, const Plan& plan, const Snapshot& snapshot, const LedgerSummary& history)
    : tools_(tools),
      folders_{tools.options.root},
      expected_(expected_times(tools.graph, history).seconds),
      queue_(tools.graph, plan, snapshot, expected_),
      history_(history.jobs),
      watch_(tools.options.rank_limit_s),
      recheck_pause_(kFirstPause),
      began_(tools.clock.monotonic_seconds()) {
  for (int rank = 1; rank < tools.ranks; ++rank) watch_.heard(rank, began_);
}

void Dispatcher::handle(int rank, const RankMessage& message) {
  // What a rank says after it was given up is of jobs that are no longer its own.
  if (lost_ranks_.contains(rank)) return;
  if (rank != 0) watch_.heard(rank, tools_.clock.monotonic_seconds());
  std::visit(
      Overloaded{[&](const Hello& each) { slots_.add(rank, each); }, [&](const JobAdvanced& each) { hear(each); },
                 [&](const JobEnded& each) {
                   slots_.release(track(each.job).place);
                   hear(each);
                 },
                 [&](const StopWish& each) {
                   begin_stop(each.time_limit ? "the allocation's time is over: running jobs write their resume points"
                                              : "asked to stop: running jobs write their resume points",
                              each);
                 },
                 [](const Alive&) {}, [](const auto&) { require(false, "rank 0 is told what rank 0 is told"); }},
      message);
}

std::vector<std::pair<int, RankMessage>> Dispatcher::step() {
  watch_ranks();
  if (stopping_ && !killing_ && tools_.clock.monotonic_seconds() >= kill_at_) {
    killing_ = true;
    say_to_all(KillJobs{});
  }
  const double until = tools_.clock.monotonic_seconds() + kLongestStep;
  if (!halted()) recheck_elsewhere(until);
  while (!halted() && tools_.clock.monotonic_seconds() < until) {
    const auto pick = pick_job(tools_.graph, queue_, slots_, tools_.ranks);
    if (!pick) break;
    if (prepare(pick->job)) start(pick->job, pick->place);
  }
  return std::exchange(outgoing_, {});
}

bool Dispatcher::finished() const {
  return queue_.counts().running == 0 && (halted() || queue_.finished()) && outgoing_.empty();
}

void Dispatcher::report(RunSummary& summary) const {
  const QueueCounts& counts = queue_.counts();
  summary.ran = ran_;
  summary.adopted = adopted_;
  summary.failed = counts.failed;
  summary.skipped = counts.skipped;
  summary.left = counts.to_run - counts.done - counts.failed - counts.skipped;
  summary.stopped = stopping_ && summary.left > 0;
  summary.failures = failures_;
  summary.lost_ranks = lost_ranks_.size();
}

// Giving out jobs.

void Dispatcher::begin_stop(const std::string& why, const StopWish& wish) {
  const double kill_at = tools_.clock.monotonic_seconds() + wish.grace;
  kill_at_ = stopping_ ? std::min(kill_at_, kill_at) : kill_at;
  if (stopping_) return;
  stopping_ = true;
  at_time_limit_ = wish.time_limit;
  say_to_all(StopJobs{});
  tools_.progress.note(why);
}

void Dispatcher::recheck_elsewhere(double until) {
  const double now = tools_.clock.monotonic_seconds();
  if (now < next_recheck_ || !slots_.any_free()) return;
  for (const std::size_t job : queue_.elsewhere()) {
    if (job < recheck_from_) continue;
    if (adopt(job)) {
      news_elsewhere_ = true;
    } else {
      queue_.recheck(job);
    }
    recheck_from_ = job + 1;
    if (tools_.clock.monotonic_seconds() >= until) return;  // the next step goes on from here
  }
  recheck_from_ = 0;
  recheck_pause_ = news_elsewhere_ ? kFirstPause : std::min(kLongestPause, recheck_pause_ * kLongerEachTime);
  news_elsewhere_ = false;
  next_recheck_ = now + recheck_pause_;
}

/// Everything between "it is this job's turn" and "it runs". True if it is to run now, its lease is then ours and
/// nothing lies under its artifact's name.
bool Dispatcher::prepare(std::size_t job) {
  const std::string& fingerprint = tools_.graph.fingerprint(job);
  if (!tools_.leases.acquire(fingerprint)) {
    track(job).elsewhere = true;
    queue_.held_elsewhere(job);
    return false;
  }
  fault_point("lease", tools_.graph.job(job).id);
  // Another launch may have done the job between our look at the store and our lease.
  if (adopt(job)) {
    tools_.leases.release(fingerprint);
    return false;
  }
  if (const auto failure = track(job).elsewhere ? failure_elsewhere(job) : std::nullopt) {
    queue_.failed(job);
    failures_.push_back({failure->job, failure->outcome, failure->message, failure->log, failure->tail});
    tools_.leases.release(fingerprint);
    return false;
  }
  tools_.store.remove(tools_.store.path(tools_.graph.job(job).stage.noun, fingerprint));
  return true;
}

/// Takes the artifact that is there for the job's result, if it is sound and made from what its inputs are now.
bool Dispatcher::adopt(std::size_t job) {
  const auto content = usable_content(job);
  if (!content) return false;
  std::error_code ignored;
  std::filesystem::remove_all(folders_.checkpoints(tools_.graph.fingerprint(job)), ignored);
  queue_.done(job, *content);
  ++adopted_;
  return true;
}

std::optional<std::string> Dispatcher::usable_content(std::size_t job) {
  const JobGraph& graph = tools_.graph;
  const auto existing = find_existing(graph.job(job), graph.fingerprint(job), tools_.store);
  if (!existing || existing->corrupt) return std::nullopt;
  std::vector<std::string> contents;
  for (const std::size_t input : graph.inputs(job)) {
    const auto seal = find_existing(graph.job(input), graph.fingerprint(input), tools_.store);
    if (!seal || seal->corrupt) return std::nullopt;
    contents.push_back(seal->content);
  }
  if (made_from_digest(contents) != existing->made_from) return std::nullopt;
  if (!track(job).suspect) return existing->content;
  try {
    verify_content(tools_.store.path(graph.job(job).stage.noun, graph.fingerprint(job)));
    return existing->content;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The failure that another launch has left behind, where it waits for `retry`.
std::optional<Attempt> Dispatcher::failure_elsewhere(std::size_t job) const {
  const auto alive = [this](const std::string& launch) {
    return launch_alive(folders_.ledger(), launch, tools_.options.heartbeat_limit_s);
  };
  const LedgerSummary ledger = read_ledger(folders_.ledger(), alive);
  const auto found = ledger.jobs.find(tools_.graph.fingerprint(job));
  if (found == ledger.jobs.end() || !found->second.failed_since_retry) return std::nullopt;
  return found->second.attempts.back();
}

void Dispatcher::start(std::size_t job, const Placement& place) {
  const Job& each = tools_.graph.job(job);
  const LaunchIdentity& self = tools_.leases.self();
  const Hello& offer = slots_.offer(place.rank);
  Track& memory = track(job);
  memory.fraction = 0;
  memory.elsewhere = false;
  memory.place = place;
  memory.attempt = {.job = each.id,
                    .fingerprint = tools_.graph.fingerprint(job),
                    .stage = each.stage.name,
                    .launch = self.launch,
                    .number = memory.attempt.number + 1,
                    .rank = place.rank,
                    .host = offer.host,
                    .device = offer.device,
                    .slurm_job = self.slurm_job,
                    .started = tools_.clock.unix_seconds(),
                    .message = {},
                    .content = {},
                    .notes = {},
                    .log = StudyFolders::log(each.id),
                    .tail = {}};
  tools_.ledger.start(memory.attempt);
  slots_.take(place);
  const std::string lease = tools_.leases.path(memory.attempt.fingerprint).string();
  say(place.rank, StartJob{job, memory.attempt.fingerprint, lease, self.launch, place.devices});
  tools_.progress.started(state(), each.id);
}

Dispatcher::Track& Dispatcher::track(std::size_t job) {
  const auto [place, is_new] = tracks_.try_emplace(job);
  if (is_new) {
    place->second.attempt.number = 0;
    const auto history = history_.find(tools_.graph.fingerprint(job));
    if (history != history_.end()) {
      place->second.attempt.number = static_cast<int>(history->second.attempts.size());
      place->second.lost = history->second.lost_since_retry;
    }
  }
  return place->second;
}

RunState Dispatcher::state() const {
  const QueueCounts& counts = queue_.counts();
  double credit = 0;   // seconds of the work left that running jobs have behind them
  double longest = 0;  // the most of one job
  for (const auto& [job, each] : tracks_) {
    if (each.attempt.started == 0 || each.attempt.ended) continue;
    credit += each.fraction * expected_[job];
    longest = std::max(longest, each.fraction * expected_[job]);
  }
  const double shared = (queue_.work_left_seconds() - credit) / std::max(slots_.total(), 1);
  return {.finished = counts.done + counts.failed + counts.skipped,
          .total = counts.to_run,
          .eta_seconds = std::max({0.0, shared, queue_.longest_path_left_seconds() - longest})};
}

}  // namespace exitaudit
