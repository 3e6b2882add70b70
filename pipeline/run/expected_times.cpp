#include "pipeline/run/expected_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "pipeline/base/median.h"

namespace exitaudit {
namespace {

/// Seconds of an attempt that did the whole job: the first, for later ones may have gone on from a resume point.
std::optional<double> whole_job(const JobHistory& history) {
  if (history.attempts.empty()) return std::nullopt;
  const Attempt& first = history.attempts.front();
  return first.ended && first.outcome == Outcome::kDone ? std::optional(first.seconds) : std::nullopt;
}

/// Measured over estimated.
class Factors {
 public:
  Factors(const JobGraph& graph, const LedgerSummary& ledger) {
    std::map<Kind, std::vector<double>> seen;
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const Job& job = graph.job(i);
      const auto history = ledger.jobs.find(graph.fingerprint(i));
      if (history == ledger.jobs.end() || job.expected_seconds <= 0) continue;
      const auto seconds = whole_job(history->second);
      if (!seconds) continue;
      for (const Kind& kind : {of_network(job), of_stage(job)}) seen[kind].push_back(*seconds / job.expected_seconds);
    }
    for (auto& [kind, factors] : seen) factors_[kind] = median(std::move(factors));
  }

  std::optional<double> of(const Job& job) const {
    for (const Kind& kind : {of_network(job), of_stage(job)}) {
      if (const auto found = factors_.find(kind); found != factors_.end()) return found->second;
    }
    return std::nullopt;
  }

 private:
  using Kind = std::pair<std::string, std::string>;  // stage, network; "*" = any
  static Kind of_network(const Job& job) { return {job.stage.name, axis_of(job, "network")}; }
  static Kind of_stage(const Job& job) { return {job.stage.name, "*"}; }

  std::map<Kind, double> factors_;
};

}  // namespace

ExpectedTimes expected_times(const JobGraph& graph, const LedgerSummary& ledger) {
  const Factors factors(graph, ledger);
  ExpectedTimes times;
  for (const Job& job : graph.jobs()) {
    const auto factor = factors.of(job);
    const auto stage = ledger.median_seconds.find(job.stage.name);
    const bool known = stage != ledger.median_seconds.end();
    times.measured.push_back(factor || known);
    times.seconds.push_back(factor ? *factor * job.expected_seconds : known ? stage->second : job.expected_seconds);
  }
  return times;
}

std::string describe_source(const ExpectedTimes& times, const std::vector<std::size_t>& jobs) {
  const auto measured = std::ranges::count_if(jobs, [&](std::size_t job) { return times.measured[job]; });
  const auto estimated = std::ssize(jobs) - measured;
  if (measured == 0) return "rough estimates for one CPU core";
  if (estimated == 0) return "measured times";
  return fmt::format("measured times for {} jobs, rough estimates for one CPU core for {}", measured, estimated);
}

}  // namespace exitaudit
