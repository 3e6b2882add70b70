#include "jobs/study_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "pipeline/base/error.h"

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

}  // namespace exitaudit
