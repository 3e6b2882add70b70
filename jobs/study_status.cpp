#include "jobs/study_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "pipeline/base/error.h"
#include "pipeline/graph/ready_queue.h"
#include "pipeline/run/expected_times.h"
#include "pipeline/run/progress.h"

namespace exitaudit {
namespace {

JobState state_of(const Decision& decision, const Attempt* last) {
  if (last != nullptr && !last->ended && decision.verdict != Verdict::kDone) return JobState::kRunning;
  switch (decision.verdict) {
    case Verdict::kDone:
    case Verdict::kUnless:
      return JobState::kDone;
    case Verdict::kWaits:
      return JobState::kFailed;
    case Verdict::kBlocked:
      return JobState::kBlocked;
    case Verdict::kUnavailable:
      return JobState::kUnavailable;
    default:
      return JobState::kToRun;
  }
}

/// The job's value on each asked axis, "-" where it has none: "cifar10/vgg16".
std::string group_of(const Job& job, const std::vector<std::string>& axes) {
  std::string text;
  for (const std::string& axis : axes) {
    std::string value = axis == "stage" ? job.stage.name : "-";
    for (const auto& [key, own] : job.axes) {
      if (key == axis) value = own;
    }
    text += (text.empty() ? "" : "/") + value;
  }
  return text;
}

bool is_left(const JobStatus& status) {
  return status.state == JobState::kRunning || status.state == JobState::kToRun;
}

/// Seconds of each job, less what running ones have behind them.
std::vector<double> less_what_ran(std::vector<double> seconds, const std::vector<JobStatus>& found, double now) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state != JobState::kRunning) continue;
    // The host's clock may run ahead of ours.
    const double behind = std::max(0.0, now - found[i].last->started);
    seconds[i] = std::max(0.0, seconds[i] - behind);
  }
  return seconds;
}

}  // namespace

std::vector<JobStatus> statuses(const PlannedStudy& planned) {
  std::vector<JobStatus> found(planned.study.graph.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto history = planned.ledger.jobs.find(planned.study.graph.fingerprint(i));
    if (history != planned.ledger.jobs.end() && !history->second.attempts.empty()) {
      found[i].last = &history->second.attempts.back();
    }
    found[i].state = state_of(planned.plan.decisions[i], found[i].last);
  }
  return found;
}

std::vector<std::string> split_axes(const std::string& text) {
  const std::vector<std::string> known{"stage", "dataset", "network", "exits", "role", "seed"};
  std::vector<std::string> axes;
  std::istringstream list(text);
  for (std::string axis; std::getline(list, axis, ',');) {
    if (std::find(known.begin(), known.end(), axis) == known.end()) {
      throw BadInput(fmt::format("--by {}: expected axes among {}", axis, fmt::join(known, ", ")));
    }
    axes.push_back(axis);
  }
  return axes;
}

StatusCounts count(const PlannedStudy& planned, const std::vector<JobStatus>& found,
                   const std::vector<std::string>& axes) {
  StatusCounts counts;
  for (std::size_t i = 0; i < found.size(); ++i) ++counts[group_of(planned.study.graph.job(i), axes)][found[i].state];
  return counts;
}

RemainingWork remaining_work(const PlannedStudy& planned, const std::vector<JobStatus>& found, double now) {
  const JobGraph& graph = planned.study.graph;
  const ExpectedTimes times = expected_times(graph, planned.ledger);
  const std::vector<double> seconds = less_what_ran(times.seconds, found, now);
  RemainingWork work;
  std::vector<std::size_t> left;
  int busy = 0;  // workers; a job of several ranks takes as many
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!is_left(found[i])) continue;
    const Job& job = graph.job(i);
    ++work.jobs;
    work.seconds += seconds[i] * job.ranks;
    left.push_back(i);
    if (found[i].state != JobState::kRunning) continue;
    ++work.running;
    busy += job.ranks;
  }
  if (busy > 0) {
    const ReadyQueue queue(graph, planned.plan, planned.snapshot, seconds);
    work.at_least_seconds = std::max(work.seconds / busy, queue.longest_path_left_seconds());
  }
  work.source = describe_source(times, left);
  return work;
}

std::string format_remaining(const RemainingWork& work) {
  if (work.jobs == 0) return "";
  const std::string bound = work.at_least_seconds
                                ? fmt::format("; {} run{} now: at least {}", work.running, work.running == 1 ? "s" : "",
                                              format_duration(*work.at_least_seconds))
                                : "";
  return fmt::format("left: about {} of work for one worker in {} job{}{} ({})", format_duration(work.seconds),
                     work.jobs, work.jobs == 1 ? "" : "s", bound, work.source);
}

std::vector<BadNode> bad_nodes(const LedgerSummary& ledger) {
  constexpr std::size_t kFew = 3;
  std::map<std::string, BadNode> hosts;
  std::set<std::string> good;
  for (const auto& [fingerprint, history] : ledger.jobs) {
    for (const Attempt& attempt : history.attempts) {
      if (!attempt.ended || attempt.host.empty()) continue;
      BadNode& node = hosts.try_emplace(attempt.host, BadNode{.host = attempt.host}).first->second;
      ++node.attempts;
      if (attempt.outcome == Outcome::kLost || attempt.outcome == Outcome::kCrashed) ++node.taken_down;
      if (attempt.outcome == Outcome::kDone) good.insert(attempt.host);
    }
  }
  std::vector<BadNode> bad;
  for (const auto& [host, node] : hosts) {
    const bool done_elsewhere = good.size() > good.count(host);
    if (node.taken_down >= kFew && 2 * node.taken_down > node.attempts && done_elsewhere) bad.push_back(node);
  }
  return bad;
}

std::string format_bad_nodes(const std::vector<BadNode>& nodes) {
  if (nodes.empty()) return "";
  std::vector<std::string> facts;
  std::vector<std::string> names;
  for (const BadNode& node : nodes) {
    facts.push_back(fmt::format("{} took down {} of {} jobs", node.host, node.taken_down, node.attempts));
    names.push_back(node.host);
  }
  return fmt::format("{}; to leave {} out, add \"--exclude={}\" to sbatch in the site file", fmt::join(facts, ", "),
                     nodes.size() == 1 ? "it" : "them", fmt::join(names, ","));
}

}  // namespace exitaudit
