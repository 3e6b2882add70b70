// exitaudit status: what is done, running, failed and left, from the store and the ledger alone; then what Slurm has of
// the study, and why its last launch ended where jobs are left and none is on its way.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/study_status.h"
#include "jobs/submission.h"
#include "pipeline/base/clock.h"
#include "pipeline/slurm/last_launch.h"

namespace exitaudit {
namespace {

constexpr double kSlurmPatience = 10;     // seconds that the controller may take
constexpr std::size_t kRunningShown = 8;  // of a sweep on a cluster hundreds run

void print_failure(const PlannedStudy& planned, const Job& job, const JobStatus& state) {
  fmt::print("\nfailed: {}\n", job.id);
  if (state.last == nullptr) return;
  const Attempt& last = *state.last;
  fmt::print("  {} on {}{} (attempt {}): {}\n", to_string(last.outcome), last.host,
             last.slurm_job.empty() ? "" : ", Slurm job " + last.slurm_job, last.number, last.message);
  fmt::print("  log: {}\n", (planned.study.folders.root / last.log).string());
  for (const std::string& line : last.tail) fmt::print("  | {}\n", line);
}

void print_table(const PlannedStudy& planned, const StatusCounts& counts) {
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
}

void print_running(const PlannedStudy& planned, const std::vector<JobStatus>& found) {
  std::size_t running = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state != JobState::kRunning || ++running > kRunningShown) continue;
    fmt::print("{}running: {} on {}\n", running == 1 ? "\n" : "", planned.study.graph.job(i).id, found[i].last->host);
  }
  if (running > kRunningShown) fmt::print("and {} more\n", running - kRunningShown);
}

void print_failures(const PlannedStudy& planned, const std::vector<JobStatus>& found) {
  bool any = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].state != JobState::kFailed) continue;
    any = true;
    print_failure(planned, planned.study.graph.job(i), found[i]);
  }
  if (any)
    fmt::print("\n`exitaudit retry` clears these marks once the cause is gone; the next run repeats the jobs.\n");
}

/// All that needs no Slurm.
void print_text(const PlannedStudy& planned, const std::vector<JobStatus>& found, const StatusCounts& counts,
                const RemainingWork& left) {
  print_table(planned, counts);
  if (const std::string line = format_remaining(left); !line.empty()) fmt::print("\n{}\n", line);
  print_running(planned, found);
  print_failures(planned, found);
  if (const std::string line = format_bad_nodes(bad_nodes(planned.ledger)); !line.empty()) fmt::print("\n{}\n", line);
}

/// The launch that tells why nothing goes on: only where jobs are left to run and Slurm says that it has none.
std::optional<LastLaunch> dead_launch(const StudyFolders& folders, const RemainingWork& left, const SlurmView& slurm) {
  if (left.jobs == left.running || !slurm.fault.empty() || !slurm.live.empty()) return std::nullopt;
  return last_launch(slurm.records, folders.slurm());
}

nlohmann::ordered_json describe(const RemainingWork& left) {
  nlohmann::ordered_json all{{"jobs", left.jobs}, {"seconds", left.seconds}, {"running", left.running}};
  all["at_least_seconds"] = nullptr;
  if (left.at_least_seconds) all["at_least_seconds"] = *left.at_least_seconds;
  return all;
}

nlohmann::ordered_json describe(const std::optional<LastLaunch>& launch) {
  if (!launch) return nullptr;
  nlohmann::ordered_json all{{"link", name(launch->record.link)}, {"id", launch->record.id}, {"log", nullptr}};
  if (!launch->log.empty()) all["log"] = launch->log.string();
  all["tail"] = launch->tail;
  return all;
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
                const RemainingWork& left, const SlurmView& slurm, const std::optional<LastLaunch>& dead) {
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
  nlohmann::ordered_json out{{"study", planned.study.experiment.study},
                             {"groups", groups},
                             {"failed", failed},
                             {"left", describe(left)},
                             {"slurm", describe(slurm)},
                             {"slurm_fault", nullptr},
                             {"last_launch", describe(dead)}};
  if (!slurm.fault.empty()) out["slurm_fault"] = slurm.fault;
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

void print_dead_launch(const LastLaunch& launch, std::size_t to_run) {
  fmt::print("last launch: {}, Slurm job {}\n", name(launch.record.link), launch.record.id);
  if (launch.log.empty()) fmt::print("  it left no log: it may never have started\n");
  if (!launch.log.empty()) {
    fmt::print("  log: {}{}{}\n", launch.log.string(),
               launch.logs > 1 ? fmt::format(" (the newest of {})", launch.logs) : "",
               launch.tail.empty() ? " (empty)" : "");
  }
  for (const std::string& line : launch.tail) fmt::print("  | {}\n", line);
  fmt::print("{} left to run; `exitaudit submit` goes on\n",
             to_run == 1 ? "1 job is" : fmt::format("{} jobs are", to_run));
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

/// Whether more may come from Slurm. A controller that is silent may have anything; where there is no squeue at all it
/// will never tell, and what the files say is left has to do.
bool may_go_on(const SlurmView& slurm, const RemainingWork& left) {
  if (slurm.fault.empty()) return !slurm.live.empty();
  return left.jobs > 0 || has_program("squeue");
}

Look look(const StudyFlags& study, const StatusFlags& flags, const std::vector<std::string>& axes, bool clear) {
  const PlannedStudy planned = plan_study(study);
  const std::vector<JobStatus> found = statuses(planned);
  const StatusCounts counts = count(planned, found, axes);
  const RemainingWork left = remaining_work(planned, found, SystemClock().unix_seconds());
  if (clear) fmt::print("\x1b[H\x1b[2J");
  if (!flags.json) print_text(planned, found, counts, left);
  std::fflush(stdout);  // Slurm may take its time
  const SlurmView slurm = look_at_slurm(planned.study.folders, kSlurmPatience, Tries::kOne);
  const std::optional<LastLaunch> dead = dead_launch(planned.study.folders, left, slurm);
  if (flags.json) {
    print_json(planned, found, counts, left, slurm, dead);
  } else {
    print_submissions(slurm);
    if (dead) print_dead_launch(*dead, left.jobs - left.running);
  }
  std::fflush(stdout);
  const bool failed = std::ranges::any_of(found, [](const auto& each) { return each.state == JobState::kFailed; });
  return {.failed = failed, .over = left.running == 0 && !may_go_on(slurm, left)};
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
  app.add_flag("--watch", flags->watch, "again and again until nothing runs and Slurm says that nothing waits");
  app.add_option("--every", flags->every, "seconds between two looks; each asks Slurm once")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 86400.0));
  return [=] { return watch(*study, *flags, split_axes(flags->by)); };
}

}  // namespace exitaudit
