// The heavy worker: owns the device, loads LibTorch once, runs the jobs that its conductor names on a pipe
// (`exitaudit_worker worker`), or one job as a rank of a team (`exitaudit_worker team`).

#include <string_view>

#include "jobs/stage_table.h"
#include "pipeline/run/team_worker.h"
#include "pipeline/run/worker_loop.h"

namespace {

exitaudit::JobResult run(const exitaudit::JobOrder& order, exitaudit::Communicator& team) {
  return exitaudit::run_bound_stage(order, exitaudit::all_stages(), team);
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && arguments[1] == std::string_view("team")) return exitaudit::run_team_worker(run);
  return exitaudit::run_worker_loop(
      [](const exitaudit::JobOrder& order) { return run(order, exitaudit::solo_communicator()); });
}
