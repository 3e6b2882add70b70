#include "stages/import_observations/import_observations_options.h"

namespace exitaudit::import_observations {

void describe(Fields& f, RecordingSource& o) {
  f.text("target", o.target, "recording of the audited model (CSV or HDF5), relative to the study file");
  f.text("shadow", o.shadow, "recording of another model of the same kind, which the attacks learn from");
  f.integer("exits", o.exits, {0, kMostExits}, "exits of the model; 0 = the largest exit in both files, plus one");
}

void describe(Fields& f, ImportJob& o) {
  f.text("recording", o.recording, "name of the recording");
  f.text("role", o.role, "target or shadow0");
  f.integer("exits", o.exits, {1, kMostExits}, "exits of the model");
  f.text("sha256", o.sha256, "hash of the file's bytes");
}

std::string file_hint(const std::string& recording, const std::string& role, const std::string& path) {
  return recording + ":" + role + "=" + path;  // ':' keeps it apart from the names of datasets
}

}  // namespace exitaudit::import_observations
