// The heavy worker: owns the device, loads LibTorch once, runs the jobs that its conductor names on a pipe.

#include "jobs/stage_table.h"
#include "pipeline/run/worker_loop.h"

int main() {
  return exitaudit::run_worker_loop(
      [](const exitaudit::JobOrder& order) { return exitaudit::run_bound_stage(order, exitaudit::all_stages()); });
}
