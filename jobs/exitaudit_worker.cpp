// The heavy worker: owns the device, loads LibTorch once, runs the jobs that its conductor names on a pipe; or
// measures itself, for `exitaudit bench`.

#include <string_view>

#include "jobs/bench/bench.h"
#include "jobs/stage_table.h"
#include "pipeline/base/memory.h"
#include "pipeline/run/worker_loop.h"

int main(int argc, char** argv) {
  exitaudit::keep_freed_memory();
  if (argc > 1 && std::string_view(argv[1]) == "bench") return exitaudit::run_bench(argc, argv);
  return exitaudit::run_worker_loop(
      [](const exitaudit::JobOrder& order) { return exitaudit::run_bound_stage(order, exitaudit::all_stages()); });
}
