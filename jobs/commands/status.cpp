// exitaudit status: what is done, running and failed, from the store and the ledger alone.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/study_status.h"
#include "jobs/submission.h"
#include "pipeline/base/clock.h"

namespace exitaudit {
namespace {

constexpr double kSlurmPatience = 20;  // seconds that the controller may take

void print_failure(const PlannedStudy& planned, const Job& job, const JobStatus& state) {
  fmt::print("\nfailed: {}\n", job.id);
  if (state.last == nullptr) return;
  const Attempt& last = *state.last;
  fmt::print("  {} on {}{} (attempt {}): {}\n", to_string(last.outcome), last.host,
             last.slurm_job.empty() ? "" : ", Slurm job " + last.slurm_job, last.number, last.message);
  fmt::print("  log: {}\n", (planned.study.folders.root / last.log).string());
  for (const std::string& line : last.tail) fmt::print("  | {}\n", line);
}

void print_text(const PlannedStudy& planned, const std::vector<JobStatus>& found, const StatusCounts& counts) {
  std::size_t width = 12;
  for (const auto& [group, ignored] : counts) width = std::max(width, group.size() + 2);
  fmt::print("study {}\n\n{:<{}}{:>8}{:>9}{:>8}{:>8}{:>9}{:>21}\n", planned.study.experiment.study, "", width,
             kJobStateNames[0], kJobStateNames[1], kJobStateNames[2], kJobStateNames[3], kJobStateNames[4],
             kJobStateNames[5]);
  for (const auto& [group, states_of_group] : counts) {
    const auto number = [&](JobState state) {
      const auto entry = states_of_group.find(state);
      return entry == states_of_group.end() ? std::string("·") : std::to_string(entry->second);
    };
    // "·" is two bytes and one column wide.
    const auto cell = [](const std::string& text, std::size_t columns) {
      const std::size_t shown = text == "·" ? 1 : text.size();
      return std::string(columns - shown, ' ') + text;
    };
    fmt::print("{:<{}}{}{}{}{}{}{}\n", group, width, cell(number(JobState::kDone), 8),
               cell(number(JobState::kRunning), 9), cell(number(JobState::kToRun), 8),
               cell(number(JobState::kFailed), 8), cell(number(JobState::kBlocked), 9),
               cell(number(JobState::kUnavailable), 21));
  }
  bool any_failed = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state == JobState::kRunning) {
      fmt::print("\nrunning: {} on {}\n", planned.study.graph.job(i).id, found[i].last->host);
    }
    if (found[i].state != JobState::kFailed) continue;
    any_failed = true;
    print_failure(planned, planned.study.graph.job(i), found[i]);
  }
  if (any_failed)
    fmt::print("\n`exitaudit retry` clears these marks once the cause is gone; the next run repeats the jobs.\n");
}

nlohmann::ordered_json describe(const SlurmView& view) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const LiveSubmission& each : view.live) {
    for (const QueuedJob& job : each.jobs) {
      all.push_back({{"link", name(each.record.link)}, {"id", job.id}, {"state", job.state}, {"reason", job.reason}});
    }
  }
  return all;
}

void print_json(const PlannedStudy& planned, const std::vector<JobStatus>& found, const StatusCounts& counts,
                const SlurmView& slurm) {
  nlohmann::ordered_json groups = nlohmann::ordered_json::object();
  for (const auto& [group, states_of_group] : counts) {
    for (const auto& [state, number] : states_of_group)
      groups[group][kJobStateNames[static_cast<std::size_t>(state)]] = number;
  }
  nlohmann::ordered_json failed = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state != JobState::kFailed || found[i].last == nullptr) continue;
    const Attempt& last = *found[i].last;
    failed.push_back({{"job", last.job},
                      {"outcome", to_string(last.outcome)},
                      {"message", last.message},
                      {"slurm_job", last.slurm_job},
                      {"host", last.host},
                      {"attempt", last.number},
                      {"log", last.log},
                      {"tail", last.tail}});
  }
  const nlohmann::ordered_json out{
      {"study", planned.study.experiment.study}, {"groups", groups}, {"failed", failed}, {"slurm", describe(slurm)}};
  fmt::print("{}\n", out.dump(2));
}

void print_submissions(const SlurmView& view) {
  if (view.records.empty()) return;
  if (!view.fault.empty()) {
    fmt::print("\nSlurm does not answer ({}); what is above comes from the study's own files\n", view.fault);
    return;
  }
  if (view.live.empty()) fmt::print("\nSlurm has no job of this study any more\n");
  for (const LiveSubmission& each : view.live) {
    fmt::print("\n{}:\n", name(each.record.link));
    for (const QueuedJob& job : each.jobs) {
      const bool waits = job.state == "PENDING";
      fmt::print("  Slurm job {} {}{}\n", job.id, waits ? "waits: " : job.state, waits ? job.reason : "");
    }
  }
}

struct StatusFlags {
  bool json = false;
  bool watch = false;
  double every = 45;
  std::string by = "stage";
};

/// What one look found.
struct Look {
  bool failed = false;
  bool over = false;  ///< nothing runs and nothing is on its way
};

Look look(const StudyFlags& study, const StatusFlags& flags, const std::vector<std::string>& axes, bool clear) {
  const PlannedStudy planned = plan_study(study);
  const std::vector<JobStatus> found = statuses(planned);
  const SlurmView slurm = look_at_slurm(planned.study.folders, kSlurmPatience);
  if (clear) fmt::print("\x1b[H\x1b[2J");
  const StatusCounts counts = count(planned, found, axes);
  if (flags.json) {
    print_json(planned, found, counts, slurm);
  } else {
    print_text(planned, found, counts);
    print_submissions(slurm);
  }
  std::fflush(stdout);
  const auto any = [&](JobState state) {
    return std::ranges::any_of(found, [&](const JobStatus& each) { return each.state == state; });
  };
  return {.failed = any(JobState::kFailed), .over = !any(JobState::kRunning) && slurm.live.empty()};
}

int watch(const StudyFlags& study, const StatusFlags& flags, const std::vector<std::string>& axes) {
  SystemClock clock;
  for (;;) {
    const Look found = look(study, flags, axes, flags.watch && ::isatty(STDOUT_FILENO) == 1);
    if (!flags.watch || found.over) return found.failed ? kExitFailed : kExitDone;
    clock.sleep_seconds(flags.every);
  }
}

}  // namespace

Action set_up_status(CLI::App& app) {
  auto study = add_study_flags(app);
  auto flags = std::make_shared<StatusFlags>();
  app.add_option("--by", flags->by, "group by these axes: stage, dataset, network, exits, role, seed")
      ->capture_default_str();
  app.add_flag("--json", flags->json, "machine-readable");
  app.add_flag("--watch", flags->watch, "again and again until nothing runs and nothing waits in Slurm");
  app.add_option("--every", flags->every, "seconds between two looks; each asks Slurm once")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 86400.0));
  return [=] { return watch(*study, *flags, split_axes(flags->by)); };
}

}  // namespace exitaudit
