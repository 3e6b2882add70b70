#pragma once
// split: a dataset's outline becomes a partition.

#include "stages/stage.h"

namespace exitaudit::split {

/// Input "dataset", of which only counts are read; settings SplitJob; leaves a partition.
void split_stage(StageContext& context);

}  // namespace exitaudit::split
