#pragma once
// import_weights: a user's file + dataset -> weights, in place of `train`.

#include "stages/stage.h"

namespace exitaudit::import_weights {

void import_weights_stage(StageContext& context);

}  // namespace exitaudit::import_weights
