#include "stages/import_observations/planned_recording.h"

#include <fmt/format.h>

#include <string>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"

namespace exitaudit::import_observations {
namespace {

std::string find_file(const StageContext& context, const ImportJob& job) {
  const std::string hint = file_hint(job.recording, job.role, "");
  for (const std::string& folder : context.data_folders()) {
    if (folder.starts_with(hint)) return folder.substr(hint.size());
  }
  throw BadInput(fmt::format("the launch does not say where the {} of recording {} lies; start it with exitaudit run",
                             job.role, job.recording));
}

}  // namespace

Recording read_planned_recording(StageContext& context, const ImportJob& job) {
  const std::string path = find_file(context, job);
  check_file(path);
  if (sha256_file(path) != job.sha256) {
    throw BadInput(path + ": has changed since the study was loaded; run the study again");
  }
  context.progress(0, "reading " + path);
  return read_recording(path);
}

}  // namespace exitaudit::import_observations
