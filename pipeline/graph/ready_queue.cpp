#include "pipeline/graph/ready_queue.h"

#include <algorithm>
#include <ranges>

#include "pipeline/base/error.h"

namespace exitaudit {

ReadyQueue::ReadyQueue(const JobGraph& graph, const Plan& plan, const Snapshot& snapshot,
                       std::vector<double> expected_seconds)
    : graph_(&graph), expected_(std::move(expected_seconds)), entries_(graph.size()) {
  require(plan.decisions.size() == graph.size() && expected_.size() == graph.size(),
          "a plan and expected seconds for every job of the graph");
  for (double& seconds : expected_) seconds = seconds > 0 ? seconds : 0;  // NaN would upset the order
  plan_paths(plan);
  admit(plan, snapshot);
}

void ReadyQueue::plan_paths(const Plan& plan) {
  path_ = expected_;
  for (std::size_t job : std::views::reverse(graph_->topological_order())) {
    double below = 0;
    for (std::size_t dependent : graph_->dependents(job)) {
      const Verdict verdict = plan.decisions[dependent].verdict;
      if (verdict == Verdict::kRun) below = std::max(below, path_[dependent]);
      // An artifact that exists will most likely be left as it is.
      if (verdict == Verdict::kUnless) below = std::max(below, path_[dependent] - expected_[dependent]);
    }
    path_[job] += below;
  }
}

void ReadyQueue::admit(const Plan& plan, const Snapshot& snapshot) {
  for (std::size_t job = 0; job < graph_->size(); ++job) {
    Entry& entry = entries_[job];
    const Verdict verdict = plan.decisions[job].verdict;
    const auto existing = snapshot.artifacts.find(graph_->fingerprint(job));
    entry.exists = existing != snapshot.artifacts.end() && (verdict == Verdict::kDone || verdict == Verdict::kUnless);
    if (entry.exists) {
      entry.content = existing->second.content;
      entry.made_from = existing->second.made_from;
    }
    const auto failure = snapshot.failures.find(graph_->fingerprint(job));
    entry.waits_for_retry = failure != snapshot.failures.end() && failure->second.waits_for_retry;
    if (verdict == Verdict::kDone) set_state(job, State::kDone);
    if (verdict == Verdict::kRun || verdict == Verdict::kUnless) set_state(job, State::kPending);
    if (verdict == Verdict::kRun) want(job);
    if (verdict == Verdict::kDone) continue;
    for (std::size_t dependent : graph_->dependents(job)) ++entries_[dependent].waiting;
  }
  for (std::size_t job : graph_->topological_order()) settle(job);
}

// Asking.

std::optional<std::size_t> ReadyQueue::next(Pool pool, const Fits& fits) {
  for (const auto& [path, job] : ready_[static_cast<std::size_t>(pool)]) {
    if (fits && !fits(job)) continue;
    const std::size_t chosen = job;
    entries_[chosen].made_from = digest(chosen);
    set_state(chosen, State::kRunning);
    return chosen;
  }
  return std::nullopt;
}

bool ReadyQueue::finished() const {
  return counts_.ready + counts_.running + counts_.elsewhere == 0;
}

std::vector<std::size_t> ReadyQueue::skipped() const {
  std::vector<std::size_t> jobs;
  for (std::size_t job = 0; job < entries_.size(); ++job) {
    if (entries_[job].state == State::kSkipped) jobs.push_back(job);
  }
  return jobs;
}

bool ReadyQueue::unfinished(std::size_t job) const {
  const State state = entries_[job].state;
  return entries_[job].wanted &&
         (state == State::kPending || state == State::kReady || state == State::kRunning || state == State::kElsewhere);
}

double ReadyQueue::longest_path_left_seconds() const {
  double longest = 0;
  for (std::size_t job = 0; job < entries_.size(); ++job) {
    if (unfinished(job)) longest = std::max(longest, path_[job]);
  }
  return longest;
}

double ReadyQueue::work_left_seconds() const {
  double sum = 0;
  for (std::size_t job = 0; job < entries_.size(); ++job) {
    if (unfinished(job)) sum += expected_[job];
  }
  return sum;
}

// Telling.

void ReadyQueue::done(std::size_t job, const std::string& content) {
  Entry& entry = entries_[job];
  require(entry.state == State::kRunning || entry.state == State::kElsewhere, "a job that ends was started");
  entry.content = content;
  entry.exists = true;
  set_state(job, State::kPending);
  settle(job);
}

void ReadyQueue::failed(std::size_t job) {
  const State state = entries_[job].state;
  require(state == State::kRunning || state == State::kElsewhere, "a job that fails was started");
  give_up(job, State::kFailed);
}

void ReadyQueue::put_back(std::size_t job) {
  require(entries_[job].state == State::kRunning, "a job that is put back was started");
  set_state(job, State::kPending);
  settle(job);
}

void ReadyQueue::held_elsewhere(std::size_t job) {
  require(entries_[job].state == State::kRunning, "a job that is held elsewhere was offered");
  set_state(job, State::kElsewhere);
}

void ReadyQueue::recheck(std::size_t job) {
  require(entries_[job].state == State::kElsewhere, "a job that is rechecked was held elsewhere");
  set_state(job, State::kPending);
  settle(job);
}

void ReadyQueue::corrupt(std::size_t job) {
  Entry& entry = entries_[job];
  if (entry.state != State::kDone) return;
  reopen(job);
  entry.exists = false;
  want(job);
  if (++entry.rebuilds > kRebuildsAllowed) return give_up(job, State::kFailed);
  settle(job);
}

// Consequences.

std::string ReadyQueue::digest(std::size_t job) const {
  std::vector<std::string> contents;
  for (std::size_t input : graph_->inputs(job)) contents.push_back(entries_[input].content);
  return inputs_digest(contents);
}

bool ReadyQueue::hopeless(std::size_t job) const {
  return std::ranges::any_of(graph_->inputs(job), [&](std::size_t input) {
    const State state = entries_[input].state;
    return state == State::kOut || state == State::kKept || state == State::kFailed || state == State::kSkipped;
  });
}

void ReadyQueue::settle(std::size_t job) {
  std::vector<std::size_t> undecided{job};
  while (!undecided.empty()) {
    const std::size_t next_job = undecided.back();
    undecided.pop_back();
    decide(next_job, undecided);
  }
}

void ReadyQueue::decide(std::size_t job, std::vector<std::size_t>& more) {
  Entry& entry = entries_[job];
  if (entry.state != State::kPending) return;
  if (entry.waiting > 0) {
    if (hopeless(job)) give_up(job, entry.exists ? State::kKept : State::kSkipped);
    return;
  }
  if (entry.exists && entry.made_from == digest(job)) return mark_done(job, more);
  entry.exists = false;
  want(job);
  if (entry.waits_for_retry || !graph_->job(job).stage.available) return give_up(job, State::kSkipped);
  set_state(job, State::kReady);
}

void ReadyQueue::mark_done(std::size_t job, std::vector<std::size_t>& more) {
  set_state(job, State::kDone);
  for (std::size_t dependent : graph_->dependents(job)) {
    if (--entries_[dependent].waiting == 0) more.push_back(dependent);
  }
}

void ReadyQueue::give_up(std::size_t job, State state) {
  if (state != State::kKept) want(job);
  set_state(job, state);
  std::vector<std::size_t> hopeless_below{job};
  while (!hopeless_below.empty()) {
    const std::size_t above = hopeless_below.back();
    hopeless_below.pop_back();
    for (std::size_t dependent : graph_->dependents(above)) {
      const Entry& entry = entries_[dependent];
      if (entry.state != State::kPending) continue;
      if (!entry.exists) want(dependent);
      set_state(dependent, entry.exists ? State::kKept : State::kSkipped);
      hopeless_below.push_back(dependent);
    }
  }
}

void ReadyQueue::reopen(std::size_t job) {
  std::vector<std::size_t> opened{job};
  set_state(job, State::kPending);
  while (!opened.empty()) {
    const std::size_t above = opened.back();
    opened.pop_back();
    for (std::size_t dependent : graph_->dependents(above)) {
      ++entries_[dependent].waiting;
      const State state = entries_[dependent].state;
      if (state == State::kDone) opened.push_back(dependent);
      if (state == State::kDone || state == State::kReady) set_state(dependent, State::kPending);
    }
  }
}

// Bookkeeping.

void ReadyQueue::want(std::size_t job) {
  Entry& entry = entries_[job];
  if (entry.wanted) return;
  if (std::size_t* count = tally(entry)) --*count;
  entry.wanted = true;
  ++counts_.to_run;
  if (std::size_t* count = tally(entry)) ++*count;
}

std::size_t* ReadyQueue::tally(const Entry& entry) {
  switch (entry.state) {
    case State::kOut:
      return nullptr;
    case State::kPending:
      return entry.wanted ? &counts_.waiting : &counts_.undecided;
    case State::kReady:
      return &counts_.ready;
    case State::kRunning:
      return &counts_.running;
    case State::kElsewhere:
      return &counts_.elsewhere;
    case State::kDone:
    case State::kKept:
      return entry.wanted ? &counts_.done : nullptr;
    case State::kFailed:
      return &counts_.failed;
    case State::kSkipped:
      return &counts_.skipped;
  }
  return nullptr;
}

void ReadyQueue::set_state(std::size_t job, State state) {
  Entry& entry = entries_[job];
  auto& ready = ready_[static_cast<std::size_t>(graph_->job(job).pool)];
  if (std::size_t* count = tally(entry)) --*count;
  if (entry.state == State::kReady) ready.erase({-path_[job], job});
  if (entry.state == State::kElsewhere) elsewhere_.erase(job);
  entry.state = state;
  if (state == State::kReady) ready.insert({-path_[job], job});
  if (state == State::kElsewhere) elsewhere_.insert(job);
  if (std::size_t* count = tally(entry)) ++*count;
}

}  // namespace exitaudit
