#include "jobs/commands/programs.h"

#include <cstdlib>

#include "pipeline/base/files.h"

namespace exitaudit {

std::string light_worker() {
  return executable_path().string();
}

std::string torch_worker() {
  if (const char* program = std::getenv("EXITAUDIT_WORKER")) return program;
  return (executable_path().parent_path() / "exitaudit_worker").string();
}

std::string own_command() {
  if (const char* launcher = std::getenv("EXITAUDIT_COMMAND")) return launcher;
  return executable_path().string();
}

}  // namespace exitaudit
