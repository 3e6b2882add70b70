// exitaudit plan: what a run would do, and what that would cost.

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/guard_secret.h"
#include "jobs/stage_list.h"
#include "pipeline/run/expected_times.h"
#include "pipeline/run/progress.h"

namespace exitaudit {
namespace {

struct StageCount {
  std::size_t jobs = 0;
  std::size_t done = 0;
  std::size_t to_run = 0;
  std::size_t waiting = 0;
  std::size_t unavailable = 0;
  double seconds = 0;
  double bytes = 0;
  std::map<std::string, std::size_t> reasons;
};

std::string reason(Cause cause) {
  switch (cause) {
    case Cause::kMissing:
      return "not there yet";
    case Cause::kCorrupt:
      return "damaged";
    case Cause::kStaleInput:
      return "an input has changed";
    case Cause::kInputRuns:
      return "an input runs again";
    default:
      return "";
  }
}

void add(StageCount& count, const Decision& decision, double seconds, double bytes) {
  ++count.jobs;
  switch (decision.verdict) {
    case Verdict::kDone:
    case Verdict::kUnless:
      ++count.done;
      break;
    case Verdict::kRun:
      ++count.to_run;
      count.seconds += seconds;
      count.bytes += bytes;
      ++count.reasons[reason(decision.cause)];
      break;
    case Verdict::kUnavailable:
      ++count.unavailable;
      break;
    case Verdict::kWaits:
    case Verdict::kBlocked:
    case Verdict::kNotAsked:
      ++count.waiting;
      break;
  }
}

std::map<std::string, StageCount> count_stages(const PlannedStudy& planned, const std::vector<double>& seconds) {
  std::map<std::string, StageCount> counts;
  for (std::size_t i = 0; i < planned.study.graph.size(); ++i) {
    const Job& job = planned.study.graph.job(i);
    add(counts[job.stage.name], planned.plan.decisions[i], seconds[i], job.expected_bytes);
  }
  return counts;
}

void print_json(const PlannedStudy& planned, const std::map<std::string, StageCount>& counts) {
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const StageInfo& stage : stage_list()) {
    const auto found = counts.find(stage.name);
    if (found == counts.end()) continue;
    stages[stage.name] = {{"jobs", found->second.jobs}, {"done", found->second.done}, {"to_run", found->second.to_run}};
  }
  const nlohmann::ordered_json out{{"study", planned.study.experiment.study},
                                   {"jobs", planned.study.graph.size()},
                                   {"to_run", planned.plan.count(Verdict::kRun)},
                                   {"stages", stages}};
  fmt::print("{}\n", out.dump(2));
}

std::string remarks(const StageCount& count) {
  std::string text;
  for (const auto& [why, jobs] : count.reasons) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", jobs, why);
  if (count.waiting > 0) text += fmt::format("{}{} wait", text.empty() ? "" : ", ", count.waiting);
  if (count.unavailable > 0) text += fmt::format("{}not in this version yet", text.empty() ? "" : ", ");
  return text;
}

void print_table(const PlannedStudy& planned, const std::map<std::string, StageCount>& counts,
                 const ExpectedTimes& times) {
  fmt::print("study {} ({} jobs), results in {}\n\n", planned.study.experiment.study, planned.study.graph.size(),
             planned.study.folders.root.string());
  fmt::print("{:<20}{:>6}{:>7}{:>8}{:>10}{:>10}  {}\n", "stage", "jobs", "done", "to run", "time", "disk", "why");
  double seconds = 0;
  double bytes = 0;
  for (const StageInfo& stage : stage_list()) {
    const auto found = counts.find(stage.name);
    if (found == counts.end()) continue;
    const StageCount& count = found->second;
    fmt::print("{:<20}{:>6}{:>7}{:>8}{:>10}{:>10}  {}\n", stage.name, count.jobs, count.done, count.to_run,
               count.to_run > 0 ? format_duration(count.seconds) : "", count.to_run > 0 ? human_bytes(count.bytes) : "",
               remarks(count));
    seconds += count.seconds;
    bytes += count.bytes;
  }
  const std::vector<std::size_t> to_run = planned.plan.jobs_with(Verdict::kRun);
  fmt::print("\n{} to run: about {} of work for one worker, {} on disk\n", to_run.size(), format_duration(seconds),
             human_bytes(bytes));
  if (!to_run.empty()) fmt::print("times are {}\n", describe_source(times, to_run));
  if (const std::string note = missing_secret_note(planned.study, SecretPlace::kHere); !note.empty()) {
    fmt::print("note: {}\n", note);
  }
}

}  // namespace

Action set_up_plan(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto json = std::make_shared<bool>(false);
  auto stages = std::make_shared<std::vector<std::string>>();
  app.add_flag("--json", *json, "machine-readable");
  app.add_option("--stage", *stages, "only these stages and what they need")->allow_extra_args(false);
  return [=] {
    for (const std::string& stage : *stages) stage_info(stage);
    const PlannedStudy planned = plan_study(*flags, {.stages = *stages, .phase = {}});
    const ExpectedTimes times = expected_times(planned.study.graph, planned.ledger);
    const auto counts = count_stages(planned, times.seconds);
    *json ? print_json(planned, counts) : print_table(planned, counts, times);
    return kExitDone;
  };
}

}  // namespace exitaudit
