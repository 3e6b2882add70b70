#pragma once
// The programs that run jobs: this one, and exitaudit_worker beside it; and what starts this one elsewhere.

#include <string>

namespace exitaudit {

std::string light_worker();  ///< this program
std::string torch_worker();  ///< exitaudit_worker in the same folder, or $EXITAUDIT_WORKER
std::string own_command();   ///< this program as batch jobs start it, or $EXITAUDIT_COMMAND: a bundle's launcher

}  // namespace exitaudit
