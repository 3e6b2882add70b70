#include "tests/support/child_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "pipeline/base/clock.h"

namespace exitaudit::test {

pid_t in_process(const std::function<int()>& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

int exit_code_of(pid_t child) {
  const int status = status_of(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool becomes_true(const std::function<bool()>& what) {
  for (int i = 0; i < 6000; ++i) {
    if (what()) return true;
    SystemClock().sleep_seconds(0.005);
  }
  return false;
}

bool is_gone(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  return !std::getline(file, text) || text.find(") Z ") != std::string::npos;
}

}  // namespace exitaudit::test
