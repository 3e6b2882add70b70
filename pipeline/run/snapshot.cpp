#include "pipeline/run/snapshot.h"

#include <ranges>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

/// The newest attempt that went wrong, if the last word on the job is not a success.
const Attempt* last_failure(const JobHistory& history) {
  for (const Attempt& attempt : std::views::reverse(history.attempts)) {
    if (attempt.ended && attempt.outcome == Outcome::kDone) return nullptr;
    if (attempt.outcome != Outcome::kPreempted && attempt.outcome != Outcome::kTakenOver) return &attempt;
  }
  return nullptr;
}

}  // namespace

std::optional<Existing> find_existing(const Job& job, const std::string& fingerprint, const Store& store) {
  try {
    const auto seal = store.find(job.stage.noun, fingerprint);
    if (!seal) return std::nullopt;
    if (seal->fingerprint != fingerprint) return Existing{.corrupt = true, .content = {}, .made_from = {}};
    return Existing{.content = seal->content, .made_from = seal->made_from};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorruptArtifact) throw;
    return Existing{.corrupt = true, .content = {}, .made_from = {}};
  }
}

Snapshot take_snapshot(const JobGraph& graph, const Store& store, const LedgerSummary& ledger) {
  Snapshot snapshot;
  for (std::size_t job = 0; job < graph.size(); ++job) {
    const std::string& fingerprint = graph.fingerprint(job);
    if (auto existing = find_existing(graph.job(job), fingerprint, store)) {
      snapshot.artifacts.emplace(fingerprint, *std::move(existing));
    }
    const auto history = ledger.jobs.find(fingerprint);
    if (history == ledger.jobs.end()) continue;
    if (const Attempt* attempt = last_failure(history->second)) {
      snapshot.failures[fingerprint] = {std::string(to_string(attempt->outcome)), attempt->message,
                                        history->second.failed_since_retry};
    }
  }
  return snapshot;
}

}  // namespace exitaudit
