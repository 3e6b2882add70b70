#include "pipeline/run/expected_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace exitaudit {
namespace {

/// Seconds of an attempt that did the whole job; one that went on from a resume point did a part.
std::optional<double> whole_job(const JobHistory& history) {
  bool fresh = true;
  for (const Attempt& attempt : history.attempts) {
    if (attempt.ended && attempt.outcome == Outcome::kDone && fresh) return attempt.seconds;
    fresh = attempt.ended && attempt.outcome != Outcome::kPreempted && attempt.outcome != Outcome::kLost;
  }
  return std::nullopt;
}

std::string network_of(const Job& job) {
  const auto axis = std::ranges::find(job.axes, "network", &std::pair<std::string, std::string>::first);
  return axis == job.axes.end() ? std::string() : axis->second;
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Measured over estimated.
class Factors {
 public:
  Factors(const JobGraph& graph, const LedgerSummary& ledger) {
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const Job& job = graph.job(i);
      const auto history = ledger.jobs.find(graph.fingerprint(i));
      if (history == ledger.jobs.end() || job.expected_seconds <= 0) continue;
      const auto seconds = whole_job(history->second);
      if (!seconds) continue;
      of_stage_[job.stage.name].push_back(*seconds / job.expected_seconds);
      of_network_[{job.stage.name, network_of(job)}].push_back(*seconds / job.expected_seconds);
    }
  }

  std::optional<double> of(const Job& job) {
    if (const auto found = of_network_.find({job.stage.name, network_of(job)}); found != of_network_.end()) {
      return median(found->second);
    }
    if (const auto found = of_stage_.find(job.stage.name); found != of_stage_.end()) return median(found->second);
    return std::nullopt;
  }

 private:
  std::map<std::string, std::vector<double>> of_stage_;
  std::map<std::pair<std::string, std::string>, std::vector<double>> of_network_;
};

}  // namespace

ExpectedTimes expected_times(const JobGraph& graph, const LedgerSummary& ledger) {
  Factors factors(graph, ledger);
  ExpectedTimes times;
  for (const Job& job : graph.jobs()) {
    const auto factor = factors.of(job);
    const auto median = ledger.median_seconds.find(job.stage.name);
    const bool known = median != ledger.median_seconds.end();
    times.measured.push_back(factor || known);
    times.seconds.push_back(factor ? *factor * job.expected_seconds : known ? median->second : job.expected_seconds);
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
