#pragma once
// train: dataset and partition in, weights out. Resumes from its checkpoint folder; see Trainer for the science.

#include "stages/stage.h"

namespace exitaudit::train {

void train_stage(StageContext& context);

}  // namespace exitaudit::train
