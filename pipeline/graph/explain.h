#pragma once
// explain: why a job will or will not run, in one to three sentences. Pure.
//
//   will run: its artifact thresholds-3fa94c01be77 does not exist
//     because calibrate.tau_grid changed [0.5, 0.9] -> [0.5, 0.7, 0.9]

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/graph/plan.h"

namespace exitaudit {

/// What an earlier artifact of the same job id says of how it was made.
struct PreviousArtifact {
  struct Input {
    std::string name;         ///< "dataset"
    std::string job;          ///< "ingest/cifar10"
    std::string fingerprint;  ///< what should have been in it
    std::string content;      ///< what was in it
  };
  int stage_version = 1;
  std::string config;  ///< the slice's text
  std::vector<Input> inputs;
};

struct ExplainFacts {
  const Snapshot* snapshot = nullptr;  ///< contents and failure messages; may be null
  /// The artifact of job `job` with that fingerprint, or the newest with the job's id where the fingerprint is "";
  /// empty where none was found. May be null.
  std::function<std::optional<PreviousArtifact>(std::size_t job, const std::string& fingerprint)> previous;
};

std::string explain(const JobGraph& graph, const Plan& plan, std::size_t job, const ExplainFacts& facts);

/// "thresholds-3fa94c01be77": noun and the first 12 digits of the fingerprint.
std::string artifact_name(const JobGraph& graph, std::size_t job);

}  // namespace exitaudit
