// The dispatcher and its ranks: what it says to them, and what follows where one falls silent.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/run/dispatcher.h"

namespace exitaudit {

void Dispatcher::say(int rank, RankMessage message) {
  if (!lost_ranks_.contains(rank)) outgoing_.emplace_back(rank, std::move(message));
}

void Dispatcher::say_to_all(const RankMessage& message) {
  for (const int rank : slots_.ranks()) say(rank, message);
}

void Dispatcher::watch_ranks() {
  const double now = tools_.clock.monotonic_seconds();
  for (const int rank : watch_.take_lost(now)) lose_rank(rank);
  if (watch_.beat_is_due(now)) say_to_all(Alive{});
}

/// MPI cannot go on without one of its ranks, and the batch system may not have noticed: the launch ends, resumable.
void Dispatcher::lose_rank(int rank) {
  lost_ranks_.insert(rank);
  const std::string host = slots_.has(rank) ? " on " + slots_.offer(rank).host : "";
  const std::string text = fmt::format("rank {}{} was not heard of for {:.0f} s", rank, host, watch_.limit());
  begin_stop(text + ": the launch ends; running jobs write their resume points", {tools_.options.stop_grace_s, false});
  std::vector<std::size_t> running;
  for (const auto& [job, each] : tracks_) {
    if (each.attempt.started > 0 && !each.attempt.ended && each.place.rank == rank) running.push_back(job);
  }
  std::ranges::sort(running);
  for (const std::size_t job : running) {
    slots_.release(track(job).place);
    JobResult result;
    result.job = tools_.graph.job(job).id;
    result.outcome = Outcome::kLost;
    result.message = text;
    hear(JobEnded{job, std::move(result), {}});
  }
}

}  // namespace exitaudit
