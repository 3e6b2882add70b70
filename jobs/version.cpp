#include "jobs/version.h"

namespace exitaudit {

std::string version_text() {
  return "exitaudit " EXITAUDIT_VERSION " (" EXITAUDIT_COMMIT ")";
}

}  // namespace exitaudit
