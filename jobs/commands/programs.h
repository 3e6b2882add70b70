#pragma once
// The programs that run jobs: this one, and exitaudit_worker beside it.

#include <string>

namespace exitaudit {

std::string light_worker();  ///< this program
std::string torch_worker();  ///< exitaudit_worker in the same folder, or $EXITAUDIT_WORKER

}  // namespace exitaudit
