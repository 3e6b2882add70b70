// The heavy worker: owns the device, loads LibTorch once, runs the jobs that its conductor names on a pipe
// (`exitaudit_worker worker`), or one job as a rank of a team (`exitaudit_worker team`), or measures itself for
// `exitaudit bench`.

#include <string_view>

#include "jobs/bench/bench.h"
#include "jobs/stage_table.h"
#include "pipeline/base/memory.h"
#include "pipeline/run/team_worker.h"
#include "pipeline/run/worker_loop.h"

namespace {

exitaudit::JobResult run(const exitaudit::JobOrder& order, exitaudit::Communicator& team) {
  return exitaudit::run_bound_stage(order, exitaudit::all_stages(), team);
}

}  // namespace

int main(int argc, char** argv) {
  exitaudit::keep_freed_memory();
  const std::string_view mode = argc > 1 ? argv[1] : "worker";
  if (mode == "bench") return exitaudit::run_bench(argc, argv);
  if (mode == "team") return exitaudit::run_team_worker(run);
  return exitaudit::run_worker_loop(
      [](const exitaudit::JobOrder& order) { return run(order, exitaudit::solo_communicator()); });
}
