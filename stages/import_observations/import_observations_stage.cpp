#include "stages/import_observations/import_observations_stage.h"

#include <fmt/format.h>

#include <string>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/log.h"
#include "stages/import_observations/import_observations_options.h"
#include "stages/import_observations/recording.h"

namespace exitaudit::import_observations {
namespace {

std::string find_file(const StageContext& context, const ImportObservationsJob& job) {
  const std::string hint = file_hint(job.recording, job.role, "");
  for (const std::string& folder : context.data_folders()) {
    if (folder.starts_with(hint)) return folder.substr(hint.size());
  }
  throw BadInput(fmt::format("the launch does not say where the {} of recording {} lies; start it with exitaudit run",
                             job.role, job.recording));
}

}  // namespace

void import_observations_stage(StageContext& context) {
  const auto job = read_slice<ImportObservationsJob>(context.config());
  const std::string path = find_file(context, job);
  check_file(path);
  if (sha256_file(path) != job.sha256) {
    throw BadInput(path + ": has changed since the study was loaded; run the study again");
  }
  context.progress(0, "reading " + path);
  const Recording recording = read_recording(path);
  const schema::Observations observations = to_observations(recording, job.exits);
  log_info("{}: {} samples of {} classes, {} exits", path, observations.count(), observations.classes, job.exits);
  if (recording.repeats > 0) log_info("{}: latencies are sound; no stage of this version reads them", path);
  schema::write(context.output(), observations);
}

}  // namespace exitaudit::import_observations
