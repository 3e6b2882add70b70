#include "pipeline/run/worker_loop.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "pipeline/base/memory.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/worker_hooks.h"

namespace exitaudit {
namespace {
using Json = nlohmann::json;

/// Blocking reads of whole lines from the orders' descriptor.
class OrderLines {
 public:
  /// nullopt once the conductor has closed its end or is gone.
  std::optional<std::string> next() {
    std::size_t end = buffer_.find('\n');
    while (end == std::string::npos) {
      const std::size_t searched = buffer_.size();
      if (!fill()) return std::nullopt;
      end = buffer_.find('\n', searched);
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
  }

 private:
  bool fill() {
    char bytes[65536];
    ssize_t count = 0;
    do {
      count = ::read(kOrderDescriptor, bytes, sizeof bytes);
    } while (count < 0 && errno == EINTR);
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string buffer_;
};

/// One whole line to the conductor. Where the conductor is gone there is nobody left to work for.
void reply(const std::string& line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(kReplyDescriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ::_exit(1);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Standard output and error go to the job's log from here on.
void redirect_output(const std::filesystem::path& log) {
  std::fflush(nullptr);
  std::error_code ignored;
  std::filesystem::create_directories(log.parent_path(), ignored);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw_errno("cannot open the log " + log.string());
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  ::close(file);
}

/// A limit raised as far as the system lets us, or set to zero.
void set_limit(int resource, bool raise) {
  rlimit limit{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
  limit.rlim_cur = raise ? limit.rlim_max : 0;
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

/// Where memory runs out, the kernel shall take the worker, never its conductor.
void volunteer_for_the_memory_killer() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t ignored = ::write(file, "500", 3);
  ::close(file);
}

void prepare_process() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::fcntl(kOrderDescriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(kReplyDescriptor, F_SETFD, FD_CLOEXEC);
  install_stop_signals();
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  set_limit(RLIMIT_CORE, false);
  set_limit(RLIMIT_NOFILE, true);  // tabulate opens an artifact for every job of a study
  volunteer_for_the_memory_killer();
}

JobResult failed(const std::string& job, Outcome outcome, const std::string& message) {
  return {.job = job, .outcome = outcome, .message = message, .content = {}, .corrupt_inputs = {}};
}

JobResult run_order(const std::string& line, const std::function<JobResult(const JobOrder&)>& run) {
  std::string job;
  try {
    const JobOrder order = job_order_from_json(line);
    job = order.job;
    if (stop_requested()) return failed(job, Outcome::kPreempted, "asked to stop before it began");
    redirect_output(order.log);
    set_progress_sink([job](double fraction, const std::string& what) {
      reply("progress " + to_json(JobProgress{job, fraction, what}) + "\n");
    });
    return run(order);
  } catch (const std::exception& error) {
    return failed(job, Outcome::kFailed, error.what());
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
  prepare_process();
  OrderLines orders;
  while (const auto line = orders.next()) {
    const JobResult result = run_order(*line, run);
    set_progress_sink({});
    std::fflush(nullptr);
    release_freed_memory();
    reply("result " + to_json(result) + "\n");
  }
  return 0;
}

}  // namespace exitaudit
