#pragma once
// JobTimes: how long each job of a study takes, as a file of times says, for a simulation.
//
//   source: measured on one H100, 2026-11-20     # printed beside whatever follows from it
//   default: {train: 600, record: 20}            # seconds by stage
//   times:                                       # of the entries that fit a job, the one that names most axes counts
//     - {stage: train, network: vgg16, dataset: cifar10, seconds: 412}

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/graph/job_graph.h"

namespace exitaudit {

struct JobTimes {
  std::string source;           ///< the file's own words
  std::vector<double> seconds;  ///< one entry a job
  std::size_t from_file = 0;    ///< jobs whose seconds the file says; the others keep `otherwise`
  std::size_t unused = 0;       ///< entries of `times` that fit no job of the study
};

/// Throws BadInput with every fault of the file: unknown stages and axes, and two entries that fit one job equally
/// well.
JobTimes read_job_times(const std::filesystem::path& file, const JobGraph& graph, std::vector<double> otherwise);

}  // namespace exitaudit
