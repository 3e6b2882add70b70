#include "pipeline/run/worker_loop.h"

#include <fcntl.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "pipeline/base/memory.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/worker_hooks.h"
#include "pipeline/run/worker_pipe.h"

namespace exitaudit {
namespace {
using Json = nlohmann::json;

JobResult run_order(const std::string& line, const std::function<JobResult(const JobOrder&)>& run) {
  std::string job;
  try {
    const JobOrder order = job_order_from_json(line);
    job = order.job;
    if (stop_requested()) return ended_badly(job, Outcome::kPreempted, "asked to stop before it began");
    redirect_output(order.log);
    reply_with_progress_of(job);
    return run(order);
  } catch (const std::exception& error) {
    return ended_badly(job, Outcome::kFailed, error.what());
  }
}

}  // namespace

std::string to_json(const JobProgress& progress) {
  const Json json = {{"job", progress.job}, {"fraction", progress.fraction}, {"what", progress.what}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

JobProgress job_progress_from_json(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    // A fraction that is no number (0/0 in a stage) is written as null.
    const Json& fraction = json.at("fraction");
    return {json.at("job"), fraction.is_number() ? fraction.get<double>() : 0.0, json.at("what")};
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kFailure, std::string("a job's progress cannot be understood: ") + error.what());
  }
}

int run_worker_loop(const std::function<JobResult(const JobOrder&)>& run) {
  if (::fcntl(kOrderDescriptor, F_GETFD) < 0 || ::fcntl(kReplyDescriptor, F_GETFD) < 0) {
    log_error("a worker is started by `exitaudit run`, not by hand: it takes its orders on descriptor 3");
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  prepare_worker_process();
  OrderLines orders;
  while (const auto line = orders.next()) {
    const JobResult result = run_order(*line, run);
    set_progress_sink({});
    std::fflush(nullptr);
    release_freed_memory();
    reply(result);
  }
  return 0;
}

}  // namespace exitaudit
