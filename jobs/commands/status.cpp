// exitaudit status: what is done, running and failed, from the store and the ledger alone.

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

enum class State { kDone, kRunning, kToRun, kFailed, kBlocked, kUnavailable };
constexpr std::array kStateNames{"done", "running", "to run", "failed", "blocked", "not in this version"};

struct JobState {
  State state = State::kToRun;
  const Attempt* last = nullptr;
};

State state_of(const Decision& decision, const Attempt* last) {
  if (last != nullptr && !last->ended && decision.verdict != Verdict::kDone) return State::kRunning;
  switch (decision.verdict) {
    case Verdict::kDone:
    case Verdict::kUnless:
      return State::kDone;
    case Verdict::kWaits:
      return State::kFailed;
    case Verdict::kBlocked:
      return State::kBlocked;
    case Verdict::kUnavailable:
      return State::kUnavailable;
    default:
      return State::kToRun;
  }
}

std::vector<JobState> states(const PlannedStudy& planned) {
  std::vector<JobState> found(planned.study.graph.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto history = planned.ledger.jobs.find(planned.study.graph.fingerprint(i));
    if (history != planned.ledger.jobs.end() && !history->second.attempts.empty()) {
      found[i].last = &history->second.attempts.back();
    }
    found[i].state = state_of(planned.plan.decisions[i], found[i].last);
  }
  return found;
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

using Counts = std::map<std::string, std::map<State, std::size_t>>;

Counts count(const PlannedStudy& planned, const std::vector<JobState>& found, const std::vector<std::string>& axes) {
  Counts counts;
  for (std::size_t i = 0; i < found.size(); ++i) ++counts[group_of(planned.study.graph.job(i), axes)][found[i].state];
  return counts;
}

void print_failure(const PlannedStudy& planned, const Job& job, const JobState& state) {
  fmt::print("\nfailed: {}\n", job.id);
  if (state.last == nullptr) return;
  const Attempt& last = *state.last;
  fmt::print("  {} on {}{} (attempt {}): {}\n", to_string(last.outcome), last.host,
             last.slurm_job.empty() ? "" : ", Slurm job " + last.slurm_job, last.number, last.message);
  fmt::print("  log: {}\n", (planned.study.folders.root / last.log).string());
  for (const std::string& line : last.tail) fmt::print("  | {}\n", line);
}

void print_text(const PlannedStudy& planned, const std::vector<JobState>& found, const Counts& counts) {
  std::size_t width = 12;
  for (const auto& [group, ignored] : counts) width = std::max(width, group.size() + 2);
  fmt::print("study {}\n\n{:<{}}{:>8}{:>9}{:>8}{:>8}{:>9}{:>21}\n", planned.study.experiment.study, "", width,
             kStateNames[0], kStateNames[1], kStateNames[2], kStateNames[3], kStateNames[4], kStateNames[5]);
  for (const auto& [group, states_of_group] : counts) {
    const auto number = [&](State state) {
      const auto entry = states_of_group.find(state);
      return entry == states_of_group.end() ? std::string("·") : std::to_string(entry->second);
    };
    // "·" is two bytes and one column wide.
    const auto cell = [](const std::string& text, std::size_t columns) {
      const std::size_t shown = text == "·" ? 1 : text.size();
      return std::string(columns - shown, ' ') + text;
    };
    fmt::print("{:<{}}{}{}{}{}{}{}\n", group, width, cell(number(State::kDone), 8), cell(number(State::kRunning), 9),
               cell(number(State::kToRun), 8), cell(number(State::kFailed), 8), cell(number(State::kBlocked), 9),
               cell(number(State::kUnavailable), 21));
  }
  bool any_failed = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state == State::kRunning) {
      fmt::print("\nrunning: {} on {}\n", planned.study.graph.job(i).id, found[i].last->host);
    }
    if (found[i].state != State::kFailed) continue;
    any_failed = true;
    print_failure(planned, planned.study.graph.job(i), found[i]);
  }
  if (any_failed)
    fmt::print("\n`exitaudit retry` clears these marks once the cause is gone; the next run repeats the jobs.\n");
}

void print_json(const PlannedStudy& planned, const std::vector<JobState>& found, const Counts& counts) {
  nlohmann::ordered_json groups = nlohmann::ordered_json::object();
  for (const auto& [group, states_of_group] : counts) {
    for (const auto& [state, number] : states_of_group)
      groups[group][kStateNames[static_cast<std::size_t>(state)]] = number;
  }
  nlohmann::ordered_json failed = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state != State::kFailed || found[i].last == nullptr) continue;
    const Attempt& last = *found[i].last;
    failed.push_back({{"job", last.job},
                      {"outcome", to_string(last.outcome)},
                      {"message", last.message},
                      {"host", last.host},
                      {"attempt", last.number},
                      {"log", last.log},
                      {"tail", last.tail}});
  }
  const nlohmann::ordered_json out{{"study", planned.study.experiment.study}, {"groups", groups}, {"failed", failed}};
  fmt::print("{}\n", out.dump(2));
}

}  // namespace

Action set_up_status(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto json = std::make_shared<bool>(false);
  auto by = std::make_shared<std::string>("stage");
  app.add_option("--by", *by, "group by these axes: stage, dataset, network, exits, role, seed")->capture_default_str();
  app.add_flag("--json", *json, "machine-readable");
  return [=] {
    const std::vector<std::string> axes = split_axes(*by);
    const PlannedStudy planned = plan_study(*flags);
    const std::vector<JobState> found = states(planned);
    const Counts counts = count(planned, found, axes);
    *json ? print_json(planned, found, counts) : print_text(planned, found, counts);
    const bool failed =
        std::any_of(found.begin(), found.end(), [](const JobState& s) { return s.state == State::kFailed; });
    return failed ? kExitFailed : kExitDone;
  };
}

}  // namespace exitaudit
