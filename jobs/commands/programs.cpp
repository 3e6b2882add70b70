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

}  // namespace exitaudit
