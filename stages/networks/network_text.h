#pragma once
// A network printed for people: block by block what it makes of its input, what that costs, and where samples may
// leave.

#include <string>

#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

/// One line for the whole, one for each block and each exit: sizes, parameters, operations so far (corrected count).
std::string to_text(const NetworkPlan& plan);

}  // namespace exitaudit::networks
