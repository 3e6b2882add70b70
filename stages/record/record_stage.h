#pragma once
// record: a model, its threshold and its samples in, observations out.

#include "stages/stage.h"

namespace exitaudit::record {

void record_stage(StageContext& context);

}  // namespace exitaudit::record
