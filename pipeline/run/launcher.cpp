#include "pipeline/run/launcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>

namespace exitaudit {
namespace {

constexpr const char* kLaunchers[] = {"mpirun", "mpiexec", "orterun", "orted", "prterun", "prted"};

std::string name_of_process(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

LauncherWatch::LauncherWatch() {
  const pid_t parent = ::getppid();
  const std::string name = name_of_process(parent);
  // Some launchers name themselves "mpiexec.hydra" and the like.
  if (std::ranges::any_of(kLaunchers, [&](const char* each) { return name.starts_with(each); })) launcher_ = parent;
}

void LauncherWatch::check() const {
  if (launcher_ != 0 && ::getppid() != launcher_) ::_exit(1);
}

void prepare_to_have_children() {
  ::signal(SIGPIPE, SIG_IGN);
  struct sigaction children {};
  ::sigaction(SIGCHLD, nullptr, &children);
  if (children.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

}  // namespace exitaudit
