#pragma once
// calibrate: a model and its vanilla sibling in, the threshold grid and the chosen tau out.

#include "stages/stage.h"

namespace exitaudit::calibrate {

void calibrate_stage(StageContext& context);

}  // namespace exitaudit::calibrate
