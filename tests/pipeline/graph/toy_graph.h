#pragma once
// Small graphs and stores for the tests of this folder.

#include <string>
#include <utility>
#include <vector>

#include "pipeline/graph/plan.h"

namespace exitaudit::test {

/// "stage/name" reading the given jobs, each under its own id as role.
inline Job toy_job(const std::string& id, const std::vector<std::string>& inputs = {}, const std::string& slice = "") {
  Job job;
  job.id = id;
  job.stage.name = id.substr(0, id.find('/'));
  job.stage.noun = job.stage.name + "_noun";
  job.config = ConfigSlice(slice);
  for (const std::string& input : inputs) job.inputs.push_back({input.substr(0, input.find('/')), input});
  return job;
}

/// ingest -> train -> attack -> tabulate, with a second input (split) into train.
inline std::vector<Job> toy_study() {
  return {toy_job("ingest/a"), toy_job("split/a", {"ingest/a"}), toy_job("train/a", {"ingest/a", "split/a"}),
          toy_job("attack/a", {"train/a"}), toy_job("tabulate/a", {"attack/a"})};
}

/// Puts an artifact in as if it had been made just now.
inline void put(Snapshot& snapshot, const JobGraph& graph, std::size_t job, const std::string& content) {
  snapshot.artifacts[graph.fingerprint(job)] = {
      .corrupt = false, .content = content, .made_from = current_inputs_digest(graph, job, snapshot)};
}

inline Snapshot full_store(const JobGraph& graph) {
  Snapshot snapshot;
  for (std::size_t job : graph.topological_order()) put(snapshot, graph, job, "content of " + graph.job(job).id);
  return snapshot;
}

inline void put_failure(Snapshot& snapshot, const JobGraph& graph, const std::string& id) {
  snapshot.failures[graph.fingerprint(graph.index_of(id))] = {
      .outcome = "failed", .message = "loss is NaN", .waits_for_retry = true};
}

inline std::vector<Verdict> verdicts(const Plan& plan) {
  std::vector<Verdict> list;
  for (const Decision& decision : plan.decisions) list.push_back(decision.verdict);
  return list;
}

}  // namespace exitaudit::test
