#include "pipeline/run/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/worker_loop.h"

namespace exitaudit {
namespace {

/// A descriptor that closes itself, moved out of the way of 0 … 4, which the child fills.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int low) {
    if (low < 0) return;
    number_ = ::fcntl(low, F_DUPFD_CLOEXEC, 10);
    const int code = errno;
    ::close(low);
    errno = code;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

struct Pipe {
  Pipe() : Pipe(make()) {}
  Descriptor read_end;
  Descriptor write_end;

 private:
  struct Ends {
    int read;
    int write;
  };
  explicit Pipe(Ends ends) : read_end(ends.read), write_end(ends.write) {
    if (read_end.get() < 0 || write_end.get() < 0) throw_errno("cannot make a pipe to a worker");
  }
  static Ends make() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot make a pipe to a worker");
    return {ends[0], ends[1]};
  }
};

/// Texts as exec wants them: pointers to them and a null.
class Pointers {
 public:
  explicit Pointers(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

int open_log(const std::filesystem::path& log) {
  std::error_code ignored;
  std::filesystem::create_directories(log.parent_path(), ignored);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw_errno("cannot open the log " + log.string());
  return file;
}

struct ChildDescriptors {
  int input;
  int output;
  int orders;
  int replies;
};

void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGCHLD, SIGINT}) ::signal(number, SIG_DFL);
}

void limit_memory(std::uint64_t bytes) {
  rlimit limit{};
  if (bytes == 0 || ::getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_DATA, &limit);
}

/// In the child between fork and exec: only calls that are safe there.
[[noreturn]] void become_worker(const ChildDescriptors& ours, pid_t parent, const SpawnOptions& options,
                                char* const* arguments, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // the parent died before the line above
  if (options.own_group) ::setpgid(0, 0);
  limit_memory(options.memory);
  unblock_signals();
  ::dup2(ours.input, STDIN_FILENO);
  ::dup2(ours.output, STDOUT_FILENO);
  ::dup2(ours.output, STDERR_FILENO);
  ::dup2(ours.orders, kOrderDescriptor);
  ::dup2(ours.replies, kReplyDescriptor);
  ::close_range(5, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(arguments[0], arguments, environment);
  const char* const parts[] = {"exitaudit: cannot start ", arguments[0], ": ", ::strerrordesc_np(errno), "\n"};
  for (const char* part : parts) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, part, std::strlen(part));
  }
  ::_exit(127);
}

}  // namespace

SpawnedWorker spawn_worker(const std::vector<std::string>& command, const std::filesystem::path& log,
                           const SpawnOptions& options) {
  require(!command.empty(), "a worker's command names a program");
  const Pointers arguments(command);
  const Pointers environment(child_environment_without_mpi());
  Pipe orders;
  Pipe replies;
  const Descriptor output(open_log(log));
  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw_errno("cannot start a worker");
  if (pid == 0) {
    become_worker({input.get(), output.get(), orders.read_end.get(), replies.write_end.get()}, parent, options,
                  arguments.get(), environment.get());
  }
  ::fcntl(orders.write_end.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(replies.read_end.get(), F_SETFL, O_NONBLOCK);
  return {pid, orders.write_end.release(), replies.read_end.release()};
}

}  // namespace exitaudit
