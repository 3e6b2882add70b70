#include "stages/import_observations/import_observations_stage.h"

#include "pipeline/base/log.h"
#include "stages/import_observations/import_observations_options.h"
#include "stages/import_observations/planned_recording.h"

namespace exitaudit::import_observations {

void import_observations_stage(StageContext& context) {
  const auto job = read_slice<ImportJob>(context.config());
  const Recording recording = read_planned_recording(context, job);
  const schema::Observations observations = to_observations(recording, job.exits);
  log_info("{}: {} samples of {} classes, {} exits", recording.file, observations.count(), observations.classes,
           job.exits);
  schema::write(context.output(), observations);
}

}  // namespace exitaudit::import_observations
