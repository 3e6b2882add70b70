// ReadyQueue on random graphs, stores and mishaps, held against a brute-force reckoning of what must happen.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "pipeline/base/random.h"
#include "pipeline/graph/ready_queue.h"
#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::toy_job;

std::string make_id(std::size_t job) {
  return "s/" + std::to_string(job);
}

JobGraph random_graph(RandomStream& random, std::size_t size) {
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<std::string> inputs;
    for (std::uint64_t k = random.below(4); k > 0 && i > 0; --k) inputs.push_back(make_id(random.below(i)));
    jobs.push_back(toy_job(make_id(i), inputs));
  }
  return JobGraph(std::move(jobs));
}

/// What running a job gives: it depends on its inputs' bytes, or (coarse jobs) not, and may come out otherwise (drift).
std::string result_of(const JobGraph& graph, std::size_t job, const std::map<std::size_t, std::string>& contents,
                      const std::set<std::size_t>& drifting) {
  std::vector<std::string> parts{graph.job(job).id, drifting.contains(job) ? "drifted" : ""};
  if (job % 3 != 0) {
    for (std::size_t input : graph.inputs(job)) parts.push_back(contents.at(input));
  }
  return inputs_digest(parts);
}

std::string digest_of(const JobGraph& graph, std::size_t job, const std::map<std::size_t, std::string>& contents) {
  std::vector<std::string> parts;
  for (std::size_t input : graph.inputs(job)) parts.push_back(contents.at(input));
  return inputs_digest(parts);
}

enum class Fate { kUntouched, kRan, kFailed, kSkipped, kKept };

/// By recursion over the inputs, each job on its own: no queue, no order.
class Reckoning {
 public:
  Reckoning(const JobGraph& graph, const Snapshot& snapshot, const std::set<std::size_t>& failing,
            const std::set<std::size_t>& drifting)
      : graph_(graph) {
    for (std::size_t job : graph.topological_order()) fates.push_back(judge(job, snapshot, failing, drifting));
  }
  std::vector<Fate> fates;  // the graph is given in topological order, so that places agree

 private:
  Fate judge(std::size_t job, const Snapshot& snapshot, const std::set<std::size_t>& failing,
             const std::set<std::size_t>& drifting) {
    const auto artifact = snapshot.artifacts.find(graph_.fingerprint(job));
    const bool exists = artifact != snapshot.artifacts.end() && !artifact->second.corrupt;
    const bool reachable = std::ranges::all_of(
        graph_.inputs(job), [&](auto input) { return fates[input] == Fate::kUntouched || fates[input] == Fate::kRan; });
    if (!reachable) return exists ? Fate::kKept : Fate::kSkipped;
    if (exists && artifact->second.made_from == digest_of(graph_, job, contents_)) {
      contents_[job] = artifact->second.content;
      return Fate::kUntouched;
    }
    if (failing.contains(job)) return Fate::kFailed;
    contents_[job] = result_of(graph_, job, contents_, drifting);
    return Fate::kRan;
  }
  const JobGraph& graph_;
  std::map<std::size_t, std::string> contents_;
};

std::set<std::size_t> pick(RandomStream& random, std::size_t size, double share) {
  std::set<std::size_t> picked;
  for (std::size_t i = 0; i < size; ++i) {
    if (random.uniform() < share) picked.insert(i);
  }
  return picked;
}

/// A store that an earlier run filled, with some artifacts missing, damaged or stale.
Snapshot random_store(RandomStream& random, const JobGraph& graph) {
  Snapshot snapshot;
  std::map<std::size_t, std::string> contents;
  for (std::size_t job : graph.topological_order()) {
    const std::string made_from = digest_of(graph, job, contents);
    contents[job] = result_of(graph, job, contents, {});
    const double fate = random.uniform();
    if (fate < 0.3) continue;
    snapshot.artifacts[graph.fingerprint(job)] = {
        .corrupt = fate < 0.35, .content = contents[job], .made_from = fate < 0.4 ? "long gone" : made_from};
  }
  return snapshot;
}

/// Plays a launch with a few slots: ends running jobs in random order, with mishaps in between.
class Player {
 public:
  Player(const JobGraph& graph, Snapshot& snapshot, const std::set<std::size_t>& failing,
         const std::set<std::size_t>& drifting, RandomStream& random)
      : graph_(graph),
        snapshot_(snapshot),
        failing_(failing),
        drifting_(drifting),
        random_(random),
        queue_(graph, make_plan(graph, snapshot), snapshot, std::vector<double>(graph.size(), 1.0)) {
    for (std::size_t job = 0; job < graph.size(); ++job) {
      const auto artifact = snapshot.artifacts.find(graph.fingerprint(job));
      if (artifact != snapshot.artifacts.end() && !artifact->second.corrupt) contents_[job] = artifact->second.content;
    }
  }

  void play() {
    while (!queue_.finished()) {
      while (running_.size() < 3) {
        const auto job = queue_.next(Pool::kCompute);
        if (!job) break;
        running_.push_back(*job);
      }
      for (std::size_t job : queue_.elsewhere()) queue_.recheck(job);
      if (!running_.empty()) end_one();
      const QueueCounts& c = queue_.counts();
      ASSERT_EQ(c.to_run, c.done + c.failed + c.skipped + c.running + c.elsewhere + c.ready + c.waiting);
      ASSERT_EQ(c.running, running_.size());
    }
    ASSERT_EQ(queue_.counts().waiting + queue_.counts().undecided, 0U);
  }

  const ReadyQueue& queue() const { return queue_; }
  const std::map<std::size_t, int>& times_done() const { return times_done_; }
  const std::vector<std::size_t>& failed() const { return failed_; }

 private:
  void end_one() {
    const std::size_t place = random_.below(running_.size());
    const std::size_t job = running_[place];
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(place));
    const double luck = random_.uniform();
    if (luck < 0.1) return queue_.put_back(job);
    if (luck < 0.15) return queue_.held_elsewhere(job);
    if (failing_.contains(job)) {
      failed_.push_back(job);
      return queue_.failed(job);
    }
    for (std::size_t input : graph_.inputs(job)) ASSERT_TRUE(contents_.contains(input)) << "before its input";
    contents_[job] = result_of(graph_, job, contents_, drifting_);
    snapshot_.artifacts[graph_.fingerprint(job)] = {
        .corrupt = false, .content = contents_[job], .made_from = digest_of(graph_, job, contents_)};
    ++times_done_[job];
    queue_.done(job, contents_[job]);
  }

  const JobGraph& graph_;
  Snapshot& snapshot_;
  const std::set<std::size_t>& failing_;
  const std::set<std::size_t>& drifting_;
  RandomStream& random_;
  ReadyQueue queue_;
  std::vector<std::size_t> running_;
  std::map<std::size_t, std::string> contents_;
  std::map<std::size_t, int> times_done_;
  std::vector<std::size_t> failed_;
};

void check_fates(const Player& player, const std::vector<Fate>& fates) {
  std::vector<std::size_t> skipped;
  for (std::size_t job = 0; job < fates.size(); ++job) {
    const bool ran = player.times_done().contains(job);
    EXPECT_EQ(ran, fates[job] == Fate::kRan) << "job " << job;
    EXPECT_EQ(ran ? player.times_done().at(job) : 1, 1) << "job " << job;
    if (fates[job] == Fate::kSkipped) skipped.push_back(job);
  }
  EXPECT_EQ(player.queue().skipped(), skipped);
  EXPECT_EQ(player.queue().counts().failed, static_cast<std::size_t>(std::ranges::count(fates, Fate::kFailed)));
  EXPECT_EQ(player.queue().counts().done, static_cast<std::size_t>(std::ranges::count(fates, Fate::kRan)));
}

TEST(ReadyQueue, DoesOnRandomGraphsWhatBruteForceReckons) {
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    RandomStream random = stream("ready_queue_test", round);
    const JobGraph graph = random_graph(random, 1 + random.below(40));
    Snapshot snapshot = random_store(random, graph);
    const auto failing = pick(random, graph.size(), round % 2 == 0 ? 0.0 : 0.08);
    const auto drifting = pick(random, graph.size(), round % 3 == 0 ? 0.0 : 0.2);
    const Reckoning expected(graph, snapshot, failing, drifting);
    Player player(graph, snapshot, failing, drifting, random);
    player.play();
    check_fates(player, expected.fates);
    const bool all_done = make_plan(graph, snapshot).count(Verdict::kDone) == graph.size();
    EXPECT_TRUE(all_done || !failing.empty());
    if (HasFailure()) return;
  }
}

TEST(ReadyQueue, LeavesTheNextPlanNothingToRunUntilRetry) {
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    RandomStream random = stream("ready_queue_and_plan", round);
    const JobGraph graph = random_graph(random, 1 + random.below(40));
    Snapshot snapshot = random_store(random, graph);
    const auto failing = pick(random, graph.size(), 0.1);
    const std::set<std::size_t> drifting;
    Player player(graph, snapshot, failing, drifting, random);
    player.play();
    for (std::size_t job : player.failed()) test::put_failure(snapshot, graph, graph.job(job).id);
    EXPECT_EQ(make_plan(graph, snapshot).count(Verdict::kRun), 0U);
    for (std::size_t job : player.queue().skipped()) {
      EXPECT_NE(make_plan(graph, snapshot).decisions[job].verdict, Verdict::kDone);
    }
  }
}

}  // namespace
}  // namespace exitaudit
