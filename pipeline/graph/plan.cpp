#include "pipeline/graph/plan.h"

#include <algorithm>

#include "pipeline/base/hash.h"

namespace exitaudit {
namespace {

class Planner {
 public:
  Planner(const JobGraph& graph, const Snapshot& snapshot) : graph_(graph), snapshot_(snapshot) {
    decisions_.resize(graph.size());
  }

  std::vector<Decision> decide(const std::vector<bool>& asked) {
    for (std::size_t job : graph_.topological_order()) {
      decisions_[job] = asked[job] ? decide(job) : Decision{Verdict::kNotAsked, Cause::kNotSelected, job};
    }
    return std::move(decisions_);
  }

 private:
  Decision decide(std::size_t job) const {
    const Existing* existing = find_artifact(job);
    const bool exists = existing != nullptr && !existing->corrupt;
    if (!graph_.job(job).stage.available) {
      return exists ? Decision{Verdict::kDone, Cause::kNone, job}
                    : Decision{Verdict::kUnavailable, Cause::kStageUnavailable, job};
    }
    if (exists) return decide_existing(job, *existing);
    return decide_to_make(job, existing == nullptr ? Cause::kMissing : Cause::kCorrupt, job);
  }

  Decision decide_existing(std::size_t job, const Existing& existing) const {
    for (std::size_t input : graph_.inputs(job)) {
      if (out_of_reach(input)) return {Verdict::kUnless, root_cause(input), input};
    }
    for (std::size_t input : graph_.inputs(job)) {
      if (decisions_[input].verdict != Verdict::kDone) return {Verdict::kUnless, Cause::kInputRuns, input};
    }
    if (existing.made_from == current_inputs_digest(graph_, job, snapshot_)) return {Verdict::kDone, Cause::kNone, job};
    const auto inputs = graph_.inputs(job);
    return decide_to_make(job, Cause::kStaleInput, inputs.size() == 1 ? inputs[0] : job);
  }

  Decision decide_to_make(std::size_t job, Cause cause, std::size_t because) const {
    const auto failure = snapshot_.failures.find(graph_.fingerprint(job));
    if (failure != snapshot_.failures.end() && failure->second.waits_for_retry) {
      return {Verdict::kWaits, Cause::kFailedBefore, job};
    }
    for (std::size_t input : graph_.inputs(job)) {
      if (out_of_reach(input)) return {Verdict::kBlocked, root_cause(input), input};
    }
    return {Verdict::kRun, cause, because};
  }

  /// Neither done nor going to be: whatever reads it must wait, too.
  bool out_of_reach(std::size_t input) const {
    const Decision& decision = decisions_[input];
    if (decision.verdict == Verdict::kUnless) return decision.cause != Cause::kInputRuns;
    return decision.verdict != Verdict::kDone && decision.verdict != Verdict::kRun;
  }

  Cause root_cause(std::size_t input) const { return decisions_[input].cause; }

  const Existing* find_artifact(std::size_t job) const {
    const auto found = snapshot_.artifacts.find(graph_.fingerprint(job));
    return found == snapshot_.artifacts.end() ? nullptr : &found->second;
  }

  const JobGraph& graph_;
  const Snapshot& snapshot_;
  std::vector<Decision> decisions_;
};

}  // namespace

std::size_t Plan::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(decisions, verdict, &Decision::verdict));
}

std::vector<std::size_t> Plan::jobs_with(Verdict verdict) const {
  std::vector<std::size_t> jobs;
  for (std::size_t job = 0; job < decisions.size(); ++job) {
    if (decisions[job].verdict == verdict) jobs.push_back(job);
  }
  return jobs;
}

Plan make_plan(const JobGraph& graph, const Snapshot& snapshot, const Selection& selection) {
  return {Planner(graph, snapshot).decide(select_jobs(graph, selection))};
}

std::string inputs_digest(const std::vector<std::string>& content_hashes) {
  Sha256 hash;
  for (const std::string& content : content_hashes) hash.field(content);
  return hash.hex();
}

std::string current_inputs_digest(const JobGraph& graph, std::size_t job, const Snapshot& snapshot) {
  std::vector<std::string> contents;
  for (std::size_t input : graph.inputs(job)) {
    const auto found = snapshot.artifacts.find(graph.fingerprint(input));
    if (found == snapshot.artifacts.end() || found->second.corrupt) return "";
    contents.push_back(found->second.content);
  }
  return inputs_digest(contents);
}

}  // namespace exitaudit
