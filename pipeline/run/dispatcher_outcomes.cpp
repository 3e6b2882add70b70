// The dispatcher and outcomes: what follows from what ranks report.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/run/dispatcher.h"

namespace exitaudit {
namespace {

constexpr int kPreemptionsAllowed = 20;  // in a launch that was not asked to stop
constexpr double kAllOfALaunch = 0.9;    // of its time: the next launch could not give a job more

}  // namespace

void Dispatcher::hear(const JobAdvanced& news) {
  track(news.job).fraction = std::clamp(news.fraction, 0.0, 1.0);
  tools_.progress.advanced(state(), tools_.graph.job(news.job).id, news.what);
}

void Dispatcher::hear(const JobEnded& news) {
  const JobResult result = settle_outcome(news.job, news.result);
  record(news.job, result, news.tail);
  act_on(news.job, result, news.tail);
  tools_.leases.release(tools_.graph.fingerprint(news.job));
  const Attempt& attempt = track(news.job).attempt;
  tools_.progress.ended(state(), attempt.job, attempt.outcome, attempt.seconds, attempt.message);
}

/// An outcome that promises a repetition which could go on for ever is a failure.
JobResult Dispatcher::settle_outcome(std::size_t job, JobResult result) {
  if (result.outcome == Outcome::kCorruptInput && corrupt_inputs(job, result).empty()) {
    result.outcome = Outcome::kFailed;
  }
  if (result.outcome == Outcome::kPreempted && !stopping_ && ++track(job).preempted > kPreemptionsAllowed) {
    result.outcome = Outcome::kFailed;
    result.message = fmt::format("stopped {} times though this launch was not asked to stop; {}",
                                 kPreemptionsAllowed + 1, result.message);
  }
  if (result.outcome == Outcome::kPreempted && needs_more_than_a_launch(job)) {
    result.outcome = Outcome::kTimeout;
    result.message = fmt::format(
        "it had all the {} that a launch works before its time limit, came to no end and keeps no resume points; give "
        "launches more time (--set site.minutes=…), then retry",
        format_duration(tools_.clock.monotonic_seconds() - began_));
  }
  return result;
}

/// Stopped by the time limit after (nearly) all of a launch's time, with nothing kept: it would end so each time.
bool Dispatcher::needs_more_than_a_launch(std::size_t job) {
  const double launch = tools_.clock.monotonic_seconds() - began_;
  const double ran = tools_.clock.unix_seconds() - track(job).attempt.started;
  std::error_code none;
  const std::filesystem::path kept = folders_.checkpoints(tools_.graph.fingerprint(job));
  const bool resumable = std::filesystem::exists(kept, none) && !std::filesystem::is_empty(kept, none);
  return tools_.options.whole_allocation && at_time_limit_ && !resumable && ran >= kAllOfALaunch * launch;
}

void Dispatcher::record(std::size_t job, const JobResult& result, const std::vector<std::string>& tail) {
  Attempt& attempt = track(job).attempt;
  attempt.ended = true;
  attempt.outcome = result.outcome;
  attempt.message = result.message;
  attempt.content = result.content;
  attempt.bytes = result.bytes;
  attempt.peak_memory_mb = result.peak_memory_mb;
  attempt.notes = result.notes;
  attempt.tail = tail;
  // A worker that died has not told how long it worked.
  attempt.seconds = result.seconds > 0 ? result.seconds : tools_.clock.unix_seconds() - attempt.started;
  tools_.ledger.end(attempt);
}

void Dispatcher::act_on(std::size_t job, const JobResult& result, const std::vector<std::string>& tail) {
  switch (result.outcome) {
    case Outcome::kDone: {
      std::error_code ignored;
      std::filesystem::remove_all(folders_.checkpoints(tools_.graph.fingerprint(job)), ignored);
      track(job).suspect = false;
      ++ran_;
      return queue_.done(job, result.content);
    }
    case Outcome::kLost:
      return act_on_lost(job, result, tail);
    case Outcome::kPreempted:
      return queue_.put_back(job);
    case Outcome::kCorruptInput:
      return act_on_corrupt_inputs(job, result);
    case Outcome::kTakenOver:
      track(job).elsewhere = true;
      return queue_.held_elsewhere(job);
    case Outcome::kFailed:
    case Outcome::kCrashed:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
      return give_up(job, result, tail);
  }
}

void Dispatcher::act_on_lost(std::size_t job, const JobResult& result, const std::vector<std::string>& tail) {
  // The worker may have been killed between its commit and its report.
  if (adopt(job)) return;
  if (++track(job).lost >= kLostAttemptsAllowed) return give_up(job, result, tail);
  queue_.put_back(job);
}

void Dispatcher::act_on_corrupt_inputs(std::size_t job, const JobResult& result) {
  for (const std::size_t input : corrupt_inputs(job, result)) {
    // The file itself goes when the input's turn comes, under its lease: another launch may have rebuilt it by then.
    track(input).suspect = true;
    queue_.corrupt(input);
  }
  queue_.put_back(job);
}

void Dispatcher::give_up(std::size_t job, const JobResult& result, const std::vector<std::string>& tail) {
  queue_.failed(job);
  failures_.push_back({result.job, result.outcome, result.message, StudyFolders::log(result.job), tail});
}

std::vector<std::size_t> Dispatcher::corrupt_inputs(std::size_t job, const JobResult& result) const {
  std::vector<std::size_t> found;
  for (const std::size_t input : tools_.graph.inputs(job)) {
    const auto path = tools_.store.path(tools_.graph.job(input).stage.noun, tools_.graph.fingerprint(input));
    if (std::ranges::find(result.corrupt_inputs, path.string()) != result.corrupt_inputs.end()) found.push_back(input);
  }
  return found;
}

}  // namespace exitaudit
