#include "stages/import_observations/import_latencies_stage.h"

#include "pipeline/base/log.h"
#include "stages/import_observations/import_observations_options.h"
#include "stages/import_observations/planned_recording.h"
#include "stages/statistics/mean_times.h"

namespace exitaudit::import_observations {

void import_latencies_stage(StageContext& context) {
  const auto job = read_slice<ImportJob>(context.config());
  const Recording recording = read_planned_recording(context, job);
  schema::Latencies latencies = to_latencies(recording, job.exits);
  log_info("{}: {} samples, {} timings of each", recording.file, latencies.count(), latencies.repeats);
  latencies.measurements = statistics::mean_times(latencies);
  std::erase_if(latencies.measurements, [](const schema::Measurement& m) { return m.metric == "overhead_ms"; });
  schema::write(context.output(), latencies);
}

}  // namespace exitaudit::import_observations
