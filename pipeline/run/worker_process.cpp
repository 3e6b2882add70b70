#include "pipeline/run/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/base/memory.h"

namespace exitaudit {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
constexpr int kSignalExitBase = 128;
constexpr double kSilenceAllowed = 5;  // seconds between the end of a worker's answers and its own

void close_descriptor(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

bool is_of_its_own_making(int signal) {
  for (const int own : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP}) {
    if (signal == own) return true;
  }
  return false;
}

}  // namespace

WorkerDeath judge_death(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    return {Outcome::kCrashed, "the worker could not be started (exit code 127); the log says why"};
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  const bool below = code > kSignalExitBase && ::sigabbrev_np(code - kSignalExitBase) != nullptr;
  if (WIFEXITED(status) && !below) {
    return {Outcome::kCrashed, fmt::format("the worker ended with exit code {} before the job did", code)};
  }
  const int signal = below ? code - kSignalExitBase : WTERMSIG(status);
  const char* name = ::sigabbrev_np(signal);
  const std::string text =
      fmt::format("{}killed by signal {} (SIG{})", below ? "a rank was " : "", signal, name == nullptr ? "?" : name);
  if (is_of_its_own_making(signal)) return {Outcome::kCrashed, text};
  if (signal == SIGKILL) return {Outcome::kLost, text + ", from outside or by the out-of-memory killer"};
  return {Outcome::kLost, text + ", from outside"};
}

WorkerProcess::WorkerProcess(const std::vector<std::string>& command, const std::filesystem::path& log,
                             const SpawnOptions& options)
    : kills_before_(out_of_memory_kills()) {
  const SpawnedWorker worker = spawn_worker(command, log, options);
  pid_ = worker.pid;
  orders_ = worker.orders;
  replies_ = worker.replies;
}

WorkerProcess::~WorkerProcess() {
  close_descriptor(orders_);
  close_descriptor(replies_);
  if (pid_ <= 0 || death_) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void WorkerProcess::send(const std::string& line) {
  unsent_ += line + "\n";
  write_orders();
}

std::vector<std::string> WorkerProcess::poll() {
  write_orders();
  read_replies();
  if (!death_) reap();
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = received_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(received_.substr(begin, end - begin));
  }
  received_.erase(0, begin);
  return lines;
}

void WorkerProcess::write_orders() {
  while (!unsent_.empty() && orders_ >= 0) {
    const ssize_t written = ::write(orders_, unsent_.data(), unsent_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return;
    if (written < 0) return close_descriptor(orders_);  // EPIPE: it is dead, and reap() will say of what
    unsent_.erase(0, static_cast<std::size_t>(written));
  }
}

void WorkerProcess::read_replies() {
  while (replies_ >= 0) {
    char bytes[65536];
    const ssize_t count = ::read(replies_, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      silent_since_ = SystemClock().monotonic_seconds();
      return close_descriptor(replies_);
    }
    received_.append(bytes, static_cast<std::size_t>(count));
    if (received_.size() > kLongestAnswer) {
      kill();
      return;
    }
  }
}

void WorkerProcess::reap() {
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) {
    death_ = judge_death(status);
    if (death_->outcome == Outcome::kLost && out_of_memory_kills() > kills_before_) {
      death_ = {Outcome::kOutOfMemory,
                "killed by the kernel for want of memory; ask the cluster for more "
                "(--set site.memory=64G), or use fewer slots"};
    }
    read_replies();  // what it said between the last look and its end
  } else if (ended < 0 && errno == ECHILD) {
    death_ = {Outcome::kLost, "the worker ended unseen"};
  } else if (replies_ < 0 && SystemClock().monotonic_seconds() - silent_since_ > kSilenceAllowed) {
    kill();
  }
}

void WorkerProcess::signal_process(int signal) {
  // Until it is reaped the number is the child's, so this can never hit a stranger.
  if (pid_ > 0 && !death_) ::kill(pid_, signal);
}

void WorkerProcess::stop() {
  signal_process(SIGUSR2);
}

void WorkerProcess::kill() {
  signal_process(SIGKILL);
}

void WorkerProcess::end_orders() {
  close_descriptor(orders_);
}

}  // namespace exitaudit
