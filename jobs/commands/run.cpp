// exitaudit run: what is missing of a study, alone on this machine or as ranks under mpirun or srun.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "jobs/commands/command.h"
#include "jobs/commands/data_folders.h"
#include "jobs/commands/programs.h"
#include "jobs/commands/study.h"
#include "jobs/guard_secret.h"
#include "jobs/recordings.h"
#include "jobs/stage_list.h"
#include "jobs/version.h"
#include "pipeline/base/error.h"
#include "pipeline/ranks/mailbox.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"
#include "pipeline/ranks/topology.h"
#include "pipeline/run/progress.h"
#include "pipeline/run/run_study.h"
#include "stages/import_weights/import_weights_options.h"
#include "stages/ingest/locate.h"

namespace exitaudit {
namespace {

struct RunFlags {
  std::vector<std::string> stages;
  std::string phase;
  std::vector<std::string> data;
  int slots = 0;
  bool fail_fast = false;
  double checkpoint_every = 300;
  double heartbeat_limit = 60;
  double walltime_margin = 120;
  bool whole_allocation = false;
  double job_limit = 0;
  double worker_memory_gb = 0;
};

/// Cores of this rank as Slurm tells them; 0 outside Slurm.
int slurm_cores(int ranks_on_node) {
  const auto number = [](const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::max(0, std::atoi(text));
  };
  if (std::getenv("SLURM_PROCID") == nullptr) return 0;
  const int own = number("SLURM_CPUS_PER_TASK");
  return own > 0 ? own : number("SLURM_CPUS_ON_NODE") / std::max(1, ranks_on_node);
}

/// Slots on a CPU: cores / (ranks on the node x threads), at least 1. Where mpirun bound each rank to cores of its own,
/// those are the rank's share already.
int usual_slots(int ranks_on_node, std::int64_t threads) {
  const int online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t set;
  CPU_ZERO(&set);
  const int usable = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : online;
  // Slurm gives a rank its cores, bound to them or not.
  if (const int share = slurm_cores(ranks_on_node); share > 0) {
    return std::max(1, std::min(share, online) / static_cast<int>(threads));
  }
  const bool own_share = ranks_on_node > 1 && usable * ranks_on_node <= online;
  return std::max(1, usable / static_cast<int>((own_share ? 1 : ranks_on_node) * threads));
}

void add_run_flags(CLI::App& app, RunFlags& flags) {
  app.add_option("--stage", flags.stages, "only these stages and what they need; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--phase", flags.phase,
                 "only what comes before the clock, the clock, or what comes behind it, and what that needs: compute, "
                 "timing or behind; `submit` gives each an allocation of its own")
      ->check(CLI::IsMember({"compute", "timing", "behind"}));
  app.add_option("--slots", flags.slots,
                 "jobs at once on this rank; default: cores / (ranks on the node x threads), at least 1")
      ->check(CLI::Range(1, 4096));
  app.add_flag("--fail-fast", flags.fail_fast, "start nothing more after the first failure");
  app.add_option("--checkpoint-every", flags.checkpoint_every,
                 "seconds between resume points of a training; 0 = every epoch")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e9));
  app.add_option("--heartbeat-limit", flags.heartbeat_limit,
                 "seconds of silence after which another launch counts as dead; a rank of this one after twice as many")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 1e9));
  app.add_option("--job-limit", flags.job_limit, "seconds after which a job counts as hung and is ended; 0 = never")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e9));
  app.add_option("--worker-memory", flags.worker_memory_gb, "GB of memory that one job may take; 0 = no limit of ours")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--walltime-margin", flags.walltime_margin,
                 "seconds before the end of a Slurm allocation at which running jobs write resume points and stop")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e9));
  app.add_flag(
      "--whole-allocation", flags.whole_allocation,
      "the launch began with its Slurm allocation, as `submit` starts it: a job that had all of its time, came "
      "to no end and keeps no resume points fails, since the next launch could give it no more");
  add_data_flag(app, flags.data);
}

std::optional<Phase> phase_named(const std::string& name) {
  const auto found = std::ranges::find(kPhaseNames, name);
  if (found == kPhaseNames.end()) return std::nullopt;
  return static_cast<Phase>(found - kPhaseNames.begin());
}

RunOptions options_of(const RunFlags& flags, const Study& study, NodePlace place) {
  for (const std::string& stage : flags.stages) stage_info(stage);
  RunOptions options;
  options.root = study.folders.root;
  options.device = device_of(place, usable_gpus());
  const int usual = options.device == "cpu" ? usual_slots(place.size, study.experiment.execution.threads) : 1;
  options.slots = flags.slots > 0 ? flags.slots : usual;
  options.fail_fast = flags.fail_fast;
  options.checkpoint_every_s = flags.checkpoint_every;
  options.heartbeat_limit_s = flags.heartbeat_limit;
  options.rank_limit_s = 2 * flags.heartbeat_limit;  // a false alarm costs the whole launch
  options.walltime_margin_s = flags.walltime_margin;
  options.job_limit_s = flags.job_limit;
  options.worker_memory = static_cast<std::uint64_t>(flags.worker_memory_gb * 1e9);
  options.whole_allocation = flags.whole_allocation;
  options.selection = {.stages = flags.stages, .phase = phase_named(flags.phase)};
  options.data_folders = data_folders(flags.data);
  for (std::string& hint : ingest::folder_hints(study.experiment.datasets))
    options.data_folders.push_back(std::move(hint));
  for (std::string& hint : recording_hints(study.experiment)) options.data_folders.push_back(std::move(hint));
  for (std::string& hint : import_weights::file_hints(study.experiment.import_weights))
    options.data_folders.push_back(std::move(hint));
  options.light_worker = light_worker();
  options.torch_worker = torch_worker();
  options.command_line = "run " + study.experiment.study;
  options.version = version_text();
  return options;
}

void print_failures(const RunSummary& summary, const Study& study) {
  for (const FailedJob& failure : summary.failures) {
    fmt::print("\nfailed: {}\n  {}: {}\n  log: {}\n", failure.job, to_string(failure.outcome), failure.message,
               (study.folders.root / failure.log).string());
    for (const std::string& line : failure.tail) fmt::print("  | {}\n", line);
  }
}

/// "3 skipped, an input failed", only where there are some.
void print_rest(const RunSummary& summary, const std::string& file) {
  const auto line = [](std::size_t count, const std::string& what) {
    if (count > 0) fmt::print("  {} {}\n", count, what);
  };
  line(summary.adopted, "committed by another launch meanwhile");
  line(summary.skipped, "skipped: an input failed");
  line(summary.left, "left for the next run");
  line(summary.waiting, fmt::format("failed in an earlier run; `exitaudit retry {}` repeats them", file));
  line(summary.blocked, "blocked: they need one of those, or a stage that is not in this version");
  line(summary.unavailable, "of stages that are not in this version");
}

void print_summary(const RunSummary& summary, const Study& study, const std::string& file) {
  print_failures(summary, study);
  fmt::print("{} jobs ran, {} were done before, {} failed ({})\n", summary.ran, summary.done_before, summary.failed,
             format_duration(summary.seconds));
  print_rest(summary, file);
  if (summary.lost_ranks > 0) {
    fmt::print("{} rank(s) were lost; the same command goes on from here\n", summary.lost_ranks);
  } else if (summary.stopped) {
    fmt::print("stopped on request; the same command goes on from here\n");
  }
}

/// The rank's world: MPI where mpirun or srun started it, else a world of one.
struct World {
  std::unique_ptr<MpiSession> session;
  std::unique_ptr<Mailbox> mailbox;
  NodePlace place;
};

World join_world() {
  World world;
  if (started_as_rank()) {
    world.session = std::make_unique<MpiSession>();
    world.mailbox = make_mpi_mailbox();
    world.place = node_place();
  } else {
    world.mailbox = std::move(make_local_mailboxes(1).front());
  }
  return world;
}

int run_as_rank(const World& world, const StudyFlags& study_flags, const RunFlags& flags) {
  const Study study = open_study(study_flags);
  const RunOptions options = options_of(flags, study, world.place);
  const bool speaks = world.mailbox->rank() == 0;
  if (speaks) {
    fmt::print("study {}: {} rank(s) on {}, {} slot(s) of {} thread(s) each; results in {}\n", study.experiment.study,
               world.mailbox->size(), options.device, options.slots, study.experiment.execution.threads,
               study.folders.root.string());
    const bool all = flags.phase.empty() && flags.stages.empty();
    if (const std::string note = all ? missing_secret_note(study, SecretPlace::kHere) : ""; !note.empty()) {
      fmt::print("note: {}\n", note);
    }
    std::fflush(stdout);
  }
  const RunSummary summary = run_study(study.graph, options, *world.mailbox);
  if (speaks) print_summary(summary, study, study_flags.file);
  if (summary.lost_ranks > 0) {
    std::fflush(stdout);
    abort_all_ranks(summary.exit_code);  // MPI_Finalize would wait for the dead
  }
  return summary.exit_code;
}

int act(const StudyFlags& study_flags, const RunFlags& flags) {
  const World world = join_world();
  try {
    return run_as_rank(world, study_flags, flags);
  } catch (const BadInput& error) {
    // Every rank reads the same bad study: one says so, all leave in order.
    if (world.mailbox->rank() == 0) fmt::print(stderr, "exitaudit: {}\n", error.what());
    return kExitBadInput;
  }
}

}  // namespace

Action set_up_run(CLI::App& app) {
  auto study = add_study_flags(app);
  auto flags = std::make_shared<RunFlags>();
  add_run_flags(app, *flags);
  return [=] { return act(*study, *flags); };
}

}  // namespace exitaudit
