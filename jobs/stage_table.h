#pragma once
// All stages bound to functions; worker only, needs torch.

#include "jobs/light_stages.h"

namespace exitaudit {

const StageTable& all_stages();

}  // namespace exitaudit
