#pragma once
// fill_artifact: what a job of a study would leave, without doing its work: in size and form as a real study's, with
// made-up contents.

#include <string>
#include <vector>

#include "pipeline/artifact/store.h"
#include "pipeline/graph/job_graph.h"

namespace exitaudit::test {

/// Leaves the artifact of job `index`, sealed and made from its inputs, whose content hashes stand in `contents` (by
/// job); returns its own. What reports read (verdicts, thresholds, weights, observations, characteristics, stolen_exits
/// by scores, partition)
/// has `2 * samples` samples and 10 classes; other nouns hold a few numbers.
std::string fill_artifact(const JobGraph& graph, std::size_t index, const Store& store,
                          const std::vector<std::string>& contents, std::int64_t samples = 500);

}  // namespace exitaudit::test
