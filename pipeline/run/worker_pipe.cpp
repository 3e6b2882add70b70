#include "pipeline/run/worker_pipe.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "pipeline/base/error.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/worker_hooks.h"
#include "pipeline/run/worker_loop.h"

namespace exitaudit {
namespace {

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

}  // namespace

std::optional<std::string> OrderLines::next() {
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

bool OrderLines::fill() {
  char bytes[65536];
  ssize_t count = 0;
  do {
    count = ::read(kOrderDescriptor, bytes, sizeof bytes);
  } while (count < 0 && errno == EINTR);
  if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

void reply(const std::string& line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(kReplyDescriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ::_exit(1);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void reply(const JobResult& result) {
  reply("result " + to_json(result) + "\n");
}

void reply_with_progress_of(const std::string& job) {
  set_progress_sink([job](double fraction, const std::string& what) {
    reply("progress " + to_json(JobProgress{job, fraction, what}) + "\n");
  });
}

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

void prepare_worker_process() {
  ::fcntl(kOrderDescriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(kReplyDescriptor, F_SETFD, FD_CLOEXEC);
  install_stop_signals();
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  set_limit(RLIMIT_CORE, false);
  set_limit(RLIMIT_NOFILE, true);  // tabulate opens an artifact for every job of a study
  volunteer_for_the_memory_killer();
}

JobResult ended_badly(const std::string& job, Outcome outcome, const std::string& message) {
  return {.job = job, .outcome = outcome, .message = message, .content = {}, .notes = {}, .corrupt_inputs = {}};
}

}  // namespace exitaudit
