// exitaudit worker: the light worker; runs the stages that need no torch, named on a pipe by `run`.

#include "jobs/commands/command.h"
#include "jobs/light_stages.h"
#include "pipeline/run/worker_loop.h"

namespace exitaudit {

Action set_up_worker(CLI::App&) {
  return [] { return run_worker_loop([](const JobOrder& order) { return run_bound_stage(order, light_stages()); }); };
}

}  // namespace exitaudit
