#pragma once
// measure_boundary: a model, its threshold, its samples and who of them leaves where in, distances out.

#include "stages/stage.h"

namespace exitaudit::measure_boundary {

void measure_boundary_stage(StageContext& context);

}  // namespace exitaudit::measure_boundary
