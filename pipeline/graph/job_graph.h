#pragma once
// JobGraph: jobs, the arrows between them, and their fingerprints. Pure: knows no disk and no process.

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "pipeline/graph/job.h"

namespace exitaudit {

class JobGraph {
 public:
  /// Takes all jobs of a study. Throws Error(kFailure) on a repeated id, an unknown input or a cycle, naming the jobs.
  explicit JobGraph(std::vector<Job> jobs);

  std::size_t size() const { return jobs_.size(); }
  const Job& job(std::size_t index) const { return jobs_[index]; }
  const std::vector<Job>& jobs() const { return jobs_; }
  /// Place of a job. Throws BadInput with a suggestion where there is no such id.
  std::size_t index_of(const std::string& id) const;

  /// H(id, stage name, stage version, config slice, names and fingerprints of inputs): 64 hexadecimal digits.
  const std::string& fingerprint(std::size_t index) const { return fingerprints_[index]; }
  std::span<const std::size_t> inputs(std::size_t index) const { return inputs_[index]; }  ///< in the job's order
  std::span<const std::size_t> dependents(std::size_t index) const { return dependents_[index]; }  ///< each once
  /// Inputs before dependents; ties in the order the jobs were given.
  std::span<const std::size_t> topological_order() const { return order_; }

 private:
  std::vector<Job> jobs_;
  std::vector<std::string> fingerprints_;
  std::vector<std::vector<std::size_t>> inputs_;
  std::vector<std::vector<std::size_t>> dependents_;
  std::vector<std::size_t> order_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace exitaudit
