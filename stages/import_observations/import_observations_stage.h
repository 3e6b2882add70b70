#pragma once
// The stage `import_observations`: a file that the user's own system wrote -> observations of answers alone.

#include "stages/stage.h"

namespace exitaudit::import_observations {

/// Finds the file among the data folders ("my_model:target=/path"), makes sure that it still is the one that the study
/// was planned with, and leaves observations.
void import_observations_stage(StageContext& context);

}  // namespace exitaudit::import_observations
