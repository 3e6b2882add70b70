// exitaudit simulate: how long a study would take on clusters that need not be there, by the rule that runs it.

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "jobs/commands/command.h"
#include "jobs/commands/job_times.h"
#include "jobs/commands/study.h"
#include "pipeline/base/error.h"
#include "pipeline/run/expected_times.h"
#include "pipeline/run/progress.h"
#include "pipeline/run/simulate.h"

namespace exitaudit {
namespace {

constexpr int kMostSlots = 1'000'000;  // beyond, a typing error is likelier than a cluster

struct SimulateFlags {
  std::vector<int> nodes{1, 8, 64};
  int gpus_per_node = 1;
  int slots = 1;
  std::string times;
  double failure_rate = 0;
  std::int64_t seed = 1;
  bool json = false;
};

struct SimulatedRun {
  SimulatedCluster cluster;
  Simulation simulation;
};

/// What is simulated and where the seconds of its jobs come from.
struct Question {
  PlannedStudy planned;
  SimulatedTimes times;
  std::string source;
};

/// The queue orders by what a run would believe, the ledger's medians or the study's estimates, whatever is true.
Question ask(const StudyFlags& study, const SimulateFlags& flags) {
  Question question{.planned = plan_study(study), .times = {}, .source = {}};
  const JobGraph& graph = question.planned.study.graph;
  const ExpectedTimes believed = expected_times(graph, question.planned.ledger);
  question.times = {.expected = believed.seconds,
                    .seconds = believed.seconds,
                    .failure_rate = flags.failure_rate,
                    .seed = flags.seed};
  question.source = describe_source(believed, question.planned.plan.jobs_with(Verdict::kRun));
  if (flags.times.empty()) return question;
  JobTimes times = read_job_times(flags.times, graph, std::move(question.times.seconds));
  const std::string others = times.from_file == graph.size() ? "" : fmt::format("; else {}", question.source);
  question.source = fmt::format("{} for {} of {} jobs{}{}", flags.times, times.from_file, graph.size(),
                                times.source.empty() ? "" : fmt::format(" (\"{}\")", times.source), others);
  if (times.unused > 0) question.source += fmt::format("; {} of its entries fit no job of this study", times.unused);
  question.times.seconds = std::move(times.seconds);
  return question;
}

std::vector<SimulatedRun> answer(const Question& question, const SimulateFlags& flags) {
  std::vector<SimulatedRun> runs;
  for (const int nodes : flags.nodes) {
    const SimulatedCluster cluster{
        .nodes = nodes, .devices_per_node = flags.gpus_per_node, .slots_per_device = flags.slots};
    const PlannedStudy& planned = question.planned;
    runs.push_back({cluster, simulate(planned.study.graph, planned.plan, planned.snapshot, cluster, question.times)});
  }
  return runs;
}

double over_bound(const Simulation& simulation) {
  return simulation.bound > 0 ? simulation.makespan / simulation.bound : 1;
}

void print_table(const Question& question, const std::vector<SimulatedRun>& runs, const SimulateFlags& flags) {
  const PlannedStudy& planned = question.planned;
  fmt::print("study {}: {} of {} jobs to run, on a virtual clock\n", planned.study.experiment.study,
             planned.plan.count(Verdict::kRun), planned.study.graph.size());
  fmt::print("seconds of jobs: {}\n", question.source);
  if (flags.failure_rate > 0) {
    fmt::print("of the attempts {:g}% are lost, each after a part of its time (seed {})\n", 100 * flags.failure_rate,
               flags.seed);
  }
  fmt::print("bound: the larger of work / slots and the critical path; nothing is sooner done\n\n");
  fmt::print("{:>6}{:>9}{:>7}{:>11}{:>11}{:>16}{:>7}{:>15}{:>11}{:>7}{:>6}{:>8}\n", "nodes", "devices", "slots",
             "makespan", "bound", "makespan/bound", "idle", "critical path", "work", "jobs", "lost", "failed");
  for (const auto& [cluster, run] : runs) {
    fmt::print("{:>6}{:>9}{:>7}{:>11}{:>11}{:>16.3f}{:>6.1f}%{:>15}{:>11}{:>7}{:>6}{:>8}\n", cluster.nodes,
               cluster.nodes * cluster.devices_per_node, cluster.slots(), format_duration(run.makespan),
               format_duration(run.bound), over_bound(run), 100 * run.idle_share, format_duration(run.critical_path),
               format_duration(run.work), run.jobs_run, run.attempts_lost, run.jobs_failed);
  }
}

void print_json(const Question& question, const std::vector<SimulatedRun>& runs, const SimulateFlags& flags) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [cluster, run] : runs) {
    list.push_back({{"nodes", cluster.nodes},
                    {"devices", cluster.nodes * cluster.devices_per_node},
                    {"slots", cluster.slots()},
                    {"makespan_seconds", run.makespan},
                    {"bound_seconds", run.bound},
                    {"makespan_over_bound", over_bound(run)},
                    {"idle_share", run.idle_share},
                    {"critical_path_seconds", run.critical_path},
                    {"work_slot_seconds", run.work},
                    {"jobs_run", run.jobs_run},
                    {"attempts_lost", run.attempts_lost},
                    {"jobs_failed", run.jobs_failed},
                    {"jobs_skipped", run.jobs_skipped}});
  }
  const nlohmann::ordered_json out{{"study", question.planned.study.experiment.study},
                                   {"seconds_from", question.source},
                                   {"failure_rate", flags.failure_rate},
                                   {"seed", flags.seed},
                                   {"runs", list}};
  fmt::print("{}\n", out.dump(2));
}

}  // namespace

Action set_up_simulate(CLI::App& app) {
  auto study = add_study_flags(app);
  auto flags = std::make_shared<SimulateFlags>();
  const CLI::Range some(1, 100'000);
  app.add_option("--nodes", flags->nodes, "how many nodes; several sizes are separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(some)
      ->capture_default_str();
  app.add_option("--gpus-per-node", flags->gpus_per_node, "devices of each node")->check(some)->capture_default_str();
  app.add_option("--slots", flags->slots, "jobs at once on each device")->check(some)->capture_default_str();
  app.add_option("--times", flags->times, "file of how long jobs take (see docs/scale.md)")->type_name("FILE");
  app.add_option("--failure-rate", flags->failure_rate, "share of attempts that are lost")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--seed", flags->seed, "of the failures")->capture_default_str();
  app.add_flag("--json", flags->json, "machine-readable");
  return [=] {
    for (const int nodes : flags->nodes) {
      const double slots = 1.0 * nodes * flags->gpus_per_node * flags->slots;
      if (slots > kMostSlots) throw BadInput(fmt::format("{} slots; at most {} are simulated", slots, kMostSlots));
    }
    const Question question = ask(*study, *flags);
    const std::vector<SimulatedRun> runs = answer(question, *flags);
    flags->json ? print_json(question, runs, *flags) : print_table(question, runs, *flags);
    return kExitDone;
  };
}

}  // namespace exitaudit
