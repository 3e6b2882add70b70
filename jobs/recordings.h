#pragma once
// Recordings: the part of a study that audits what the user's own system wrote, without any network of ours.

#include <filesystem>
#include <string>
#include <vector>

#include "jobs/experiment.h"
#include "pipeline/config/yaml_reader.h"
#include "pipeline/graph/job.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit {

/// Finds the files of `recordings`, relative to the study's folder, hashes them and counts their exits where the study
/// does not say how many there are. Returns the faults, each with its place in the study.
std::vector<std::string> find_recordings(Experiment& experiment, const YamlDocument& study,
                                         const std::filesystem::path& folder);

/// Their jobs, inputs first, and what goes into the table. Attacks that need more than scores, exits and times are left
/// out: a recording holds no network to ask again.
struct RecordingJobs {
  std::vector<Job> jobs;
  std::vector<tabulate::TabulateSource> sources;
};
RecordingJobs expand_recordings(const Experiment& experiment);

/// Where the files lie, as a launch tells its workers.
std::vector<std::string> recording_hints(const Experiment& experiment);

}  // namespace exitaudit
