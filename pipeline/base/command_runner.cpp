#include "pipeline/base/command_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>

#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

constexpr int kNoSuchProgram = 127;
constexpr int kTookTooLong = 124;

struct Ends {
  int read = -1;
  int write = -1;
};

Ends make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  return {ends[0], ends[1]};
}

std::vector<std::string> environment_without(const std::vector<std::string>& hidden) {
  std::vector<std::string> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool is_hidden = std::ranges::any_of(hidden, [&](const std::string& name) {
      return text.starts_with(name) && text.substr(name.size()).starts_with("=");
    });
    if (!is_hidden) kept.emplace_back(text);
  }
  return kept;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Appends what is there; false once the other side has closed.
bool drain(int descriptor, std::string& text) {
  std::array<char, 4096> part{};
  const ssize_t count = ::read(descriptor, part.data(), part.size());
  if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

/// Reads both until they are closed or the time is over; false in the latter case.
bool read_both(int output, int error, CommandResult& result, double deadline) {
  const SystemClock clock;
  std::array<pollfd, 2> watched{pollfd{output, POLLIN, 0}, pollfd{error, POLLIN, 0}};
  const std::array<std::string*, 2> texts{&result.output, &result.error};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    const double left = deadline - clock.monotonic_seconds();
    if (left <= 0) return false;
    ::poll(watched.data(), watched.size(), static_cast<int>(std::min(1000.0, 1000 * left + 1)));
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].fd >= 0 && watched[i].revents != 0 && !drain(watched[i].fd, *texts[i])) watched[i].fd = -1;
    }
  }
  return true;
}

}  // namespace

CommandResult SystemRunner::run(const std::vector<std::string>& words) {
  require(!words.empty(), "a command names a program");
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = environment_without(hidden_);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  const Ends output = make_pipe();
  const Ends error = make_pipe();
  const pid_t child = ::fork();
  if (child < 0) throw_errno("cannot start " + words[0]);
  if (child == 0) {
    const int empty = ::open("/dev/null", O_RDONLY);
    ::dup2(empty, STDIN_FILENO);
    ::dup2(output.write, STDOUT_FILENO);
    ::dup2(error.write, STDERR_FILENO);
    ::execvpe(argument_pointers[0], argument_pointers.data(), variable_pointers.data());
    ::_exit(kNoSuchProgram);
  }
  ::close(output.write);
  ::close(error.write);
  CommandResult result;
  const bool in_time = read_both(output.read, error.read, result, SystemClock().monotonic_seconds() + seconds_);
  if (!in_time) ::kill(child, SIGKILL);
  ::close(output.read);
  ::close(error.read);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = !in_time ? kTookTooLong : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

bool has_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path program = std::filesystem::path(folder) / name;
    std::error_code none;
    if (std::filesystem::is_regular_file(program, none) && ::access(program.c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace exitaudit
