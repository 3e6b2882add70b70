#pragma once
// The file that an import job was planned with, found and read; both imports of a recording begin here.

#include "stages/import_observations/import_observations_options.h"
#include "stages/import_observations/recording.h"
#include "stages/stage.h"

namespace exitaudit::import_observations {

/// Finds the file among the launch's data folders ("my_model:target=/path"). Throws BadInput where none of them names
/// it, where its bytes are not those that the study was planned with, and as read_recording().
Recording read_planned_recording(StageContext& context, const ImportJob& job);

}  // namespace exitaudit::import_observations
