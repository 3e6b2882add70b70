#include "pipeline/graph/job_graph.h"

#include <fmt/format.h>

#include <functional>
#include <queue>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/suggest.h"

namespace exitaudit {
namespace {

using Arrows = std::vector<std::vector<std::size_t>>;

std::unordered_map<std::string, std::size_t> index_ids(const std::vector<Job>& jobs) {
  std::unordered_map<std::string, std::size_t> index;
  index.reserve(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!index.emplace(jobs[i].id, i).second) {
      throw Error(ErrorKind::kFailure, fmt::format("two jobs are called \"{}\"; an id names one job", jobs[i].id));
    }
  }
  return index;
}

std::vector<std::size_t> find_inputs(const Job& job, const std::unordered_map<std::string, std::size_t>& index) {
  std::vector<std::size_t> inputs;
  for (const JobInput& input : job.inputs) {
    const auto found = index.find(input.job);
    if (found == index.end()) {
      throw Error(ErrorKind::kFailure, fmt::format("job \"{}\" reads its {} from \"{}\", which is no job of the study",
                                                   job.id, input.name, input.job));
    }
    inputs.push_back(found->second);
  }
  return inputs;
}

/// Each dependent once, even where it reads one job under two names.
Arrows turn_around(const Arrows& inputs) {
  Arrows dependents(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t input : inputs[i]) {
      if (dependents[input].empty() || dependents[input].back() != i) dependents[input].push_back(i);
    }
  }
  return dependents;
}

/// Every job outside `order` has an input outside it, so that going up must come round.
[[noreturn]] void throw_cycle(const std::vector<Job>& jobs, const Arrows& inputs,
                              const std::vector<std::size_t>& order) {
  std::vector<bool> ordered(jobs.size());
  for (std::size_t i : order) ordered[i] = true;
  std::size_t at = 0;
  while (ordered[at]) ++at;
  std::vector<std::size_t> path;
  std::vector<bool> seen(jobs.size());
  while (!seen[at]) {
    seen[at] = true;
    path.push_back(at);
    std::size_t up = 0;
    while (ordered[inputs[at][up]]) ++up;
    at = inputs[at][up];
  }
  std::string text = jobs[at].id;
  for (std::size_t i = path.size(); i-- > 0 && path[i] != at;) text = jobs[path[i]].id + " <- " + text;
  throw Error(ErrorKind::kFailure,
              fmt::format("the jobs wait for each other in a circle: {} <- {}", jobs[at].id, text));
}

/// Kahn's algorithm with the first given of the free jobs taken first.
std::vector<std::size_t> sort_jobs(const std::vector<Job>& jobs, const Arrows& inputs, const Arrows& dependents) {
  std::vector<std::size_t> missing(jobs.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;
  for (const auto& arrows : dependents) {
    for (std::size_t dependent : arrows) ++missing[dependent];
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (missing[i] == 0) free.push(i);
  }
  std::vector<std::size_t> order;
  while (!free.empty()) {
    order.push_back(free.top());
    free.pop();
    for (std::size_t dependent : dependents[order.back()]) {
      if (--missing[dependent] == 0) free.push(dependent);
    }
  }
  if (order.size() < jobs.size()) throw_cycle(jobs, inputs, order);
  return order;
}

}  // namespace

JobGraph::JobGraph(std::vector<Job> jobs) : jobs_(std::move(jobs)), index_(index_ids(jobs_)) {
  for (const Job& job : jobs_) inputs_.push_back(find_inputs(job, index_));
  dependents_ = turn_around(inputs_);
  order_ = sort_jobs(jobs_, inputs_, dependents_);
  fingerprints_.resize(jobs_.size());
  for (std::size_t i : order_) {
    const Job& job = jobs_[i];
    Sha256 hash;
    hash.field(job.id).field(job.stage.name).field(std::to_string(job.stage.version)).field(job.config.text());
    for (std::size_t k = 0; k < job.inputs.size(); ++k) {
      hash.field(job.inputs[k].name).field(fingerprints_[inputs_[i][k]]);
    }
    fingerprints_[i] = hash.hex();
  }
}

std::size_t JobGraph::index_of(const std::string& id) const {
  const auto found = index_.find(id);
  if (found != index_.end()) return found->second;
  std::vector<std::string> ids;
  for (const Job& job : jobs_) ids.push_back(job.id);
  throw BadInput(fmt::format("no job of this study is called \"{}\"{}", id, did_you_mean(id, ids)));
}

}  // namespace exitaudit
