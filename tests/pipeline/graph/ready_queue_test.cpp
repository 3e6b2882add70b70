#include "pipeline/graph/ready_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/error.h"
#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::full_store;
using test::put_failure;
using test::toy_job;
using test::toy_study;
using Jobs = std::vector<std::size_t>;

ReadyQueue queue_of(const JobGraph& graph, const Snapshot& snapshot = {}, std::vector<double> seconds = {}) {
  if (seconds.empty()) seconds.assign(graph.size(), 1.0);
  return {graph, make_plan(graph, snapshot), snapshot, std::move(seconds)};
}

/// Everything that is ready now, marked as running.
Jobs take_all(ReadyQueue& queue) {
  Jobs jobs;
  while (const auto job = queue.next(Pool::kCompute)) jobs.push_back(*job);
  return jobs;
}

/// Runs the rest one by one with the content that a full store would have; returns the order.
Jobs run_out(ReadyQueue& queue, const JobGraph& graph) {
  Jobs jobs;
  while (const auto job = queue.next(Pool::kCompute)) {
    jobs.push_back(*job);
    queue.done(*job, "content of " + graph.job(*job).id);
  }
  return jobs;
}

/// Jobs of toy_study() by place: ingest 0, split 1, train 2, attack 3, tabulate 4.
Snapshot without(const JobGraph& graph, const Jobs& missing) {
  Snapshot snapshot = full_store(graph);
  for (std::size_t job : missing) snapshot.artifacts.erase(graph.fingerprint(job));
  return snapshot;
}

TEST(ReadyQueue, GivesEachJobOnceAfterItsInputs) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph);
  EXPECT_EQ(queue.counts().to_run, 5U);
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(run_out(queue, graph), (Jobs{0, 1, 2, 3, 4}));
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().done, 5U);
}

TEST(ReadyQueue, IsFinishedAtOnceWhereAllIsDone) {
  const JobGraph graph(toy_study());
  EXPECT_TRUE(queue_of(graph, full_store(graph)).finished());
  EXPECT_EQ(queue_of(graph, full_store(graph)).counts().to_run, 0U);
}

TEST(ReadyQueue, TakesTheLongestRemainingPathFirstAndTiesInTheOrderOfTheGraph) {
  // a: 1 + 9; b: 5; c: 1 + 2; d and e: 3 each.
  const JobGraph graph({toy_job("e/x"), toy_job("c/x"), toy_job("a/x"), toy_job("b/x"), toy_job("d/x"),
                        toy_job("a2/x", {"a/x"}), toy_job("c2/x", {"c/x"})});
  ReadyQueue queue = queue_of(graph, {}, {3, 1, 1, 5, 3, 9, 2});
  EXPECT_EQ(queue.remaining_path_seconds(2), 10);
  EXPECT_EQ(take_all(queue), (Jobs{2, 3, 0, 1, 4}));
}

TEST(ReadyQueue, DoesNotCountExistingDependentsInThePath) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x", {"b/x"})});
  const Snapshot snapshot = without(graph, {0, 2});
  EXPECT_EQ(queue_of(graph, snapshot, {1, 10, 100}).remaining_path_seconds(0), 101);
}

TEST(ReadyQueue, TellsHowMuchIsLeft) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x")});
  ReadyQueue queue = queue_of(graph, {}, {1, 2, 10});
  EXPECT_EQ(queue.longest_path_left_seconds(), 10);
  EXPECT_EQ(queue.work_left_seconds(), 13);
  EXPECT_EQ(queue.next(Pool::kCompute), 2U);
  queue.done(2, "c");
  EXPECT_EQ(queue.longest_path_left_seconds(), 3);
  EXPECT_EQ(queue.work_left_seconds(), 3);
}

TEST(ReadyQueue, BearsExpectedSecondsThatAreNoNumbers) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph, {}, {NAN, -1, INFINITY, NAN, 0});
  EXPECT_EQ(run_out(queue, graph).size(), 5U);
}

TEST(ReadyQueue, LeavesDoneWhatIsMadeFromTheSameBytes) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph, without(graph, {1}));
  EXPECT_EQ(queue.counts().undecided, 3U);
  EXPECT_EQ(run_out(queue, graph), (Jobs{1}));
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().to_run, 1U);
  EXPECT_EQ(queue.counts().undecided, 0U);
}

TEST(ReadyQueue, RunsWhatIsMadeFromOtherBytesAndNothingBelowIfThatComesOutTheSame) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph, without(graph, {1}));
  EXPECT_EQ(take_all(queue), (Jobs{1}));
  queue.done(1, "other bytes");
  EXPECT_EQ(queue.counts().to_run, 2U);
  EXPECT_EQ(run_out(queue, graph), (Jobs{2}));  // its content is what it was, so attack stays
  EXPECT_TRUE(queue.finished());
}

TEST(ReadyQueue, SkipsExactlyWhatDependsOnAFailure) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x", {"b/x"}), toy_job("d/x"),
                        toy_job("e/x", {"d/x"}), toy_job("f/x", {"e/x", "c/x"})});
  ReadyQueue queue = queue_of(graph);
  take_all(queue);
  queue.failed(0);
  EXPECT_EQ(queue.skipped(), (Jobs{1, 2, 5}));
  EXPECT_FALSE(queue.finished());
  queue.done(3, "d");
  EXPECT_EQ(run_out(queue, graph), (Jobs{4}));
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().failed, 1U);
  EXPECT_EQ(queue.counts().skipped, 3U);
  EXPECT_EQ(queue.counts().done, 2U);
  EXPECT_EQ(queue.counts().to_run, 6U);
}

TEST(ReadyQueue, KeepsExistingArtifactsBelowAFailureAndSkipsWhatIsMissingBelowThem) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph, without(graph, {2, 4}));
  EXPECT_EQ(take_all(queue), (Jobs{2}));
  queue.failed(2);
  EXPECT_EQ(queue.skipped(), (Jobs{4}));
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().undecided, 0U);
}

TEST(ReadyQueue, SkipsAnArtifactThatWouldHaveToRunButWaitsForRetry) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = without(graph, {1});
  put_failure(snapshot, graph, "train/a");
  ReadyQueue queue = queue_of(graph, snapshot);
  EXPECT_EQ(queue.next(Pool::kCompute), 1U);
  queue.done(1, "other bytes");
  EXPECT_EQ(queue.skipped(), (Jobs{2}));
  EXPECT_TRUE(queue.finished());
}

TEST(ReadyQueue, LeavesOutWhatThePlanLeavesOut) {
  auto jobs = toy_study();
  jobs[3].stage.available = false;
  const JobGraph graph(jobs);
  ReadyQueue queue = queue_of(graph);
  EXPECT_EQ(queue.counts().to_run, 3U);
  EXPECT_EQ(run_out(queue, graph), (Jobs{0, 1, 2}));
  EXPECT_TRUE(queue.finished());
  EXPECT_TRUE(queue.skipped().empty());
}

TEST(ReadyQueue, OffersAgainWhatWasPutBack) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph);
  EXPECT_EQ(queue.next(Pool::kCompute), 0U);
  EXPECT_EQ(queue.next(Pool::kCompute), std::nullopt);
  queue.put_back(0);
  EXPECT_EQ(queue.counts().running, 0U);
  EXPECT_EQ(queue.next(Pool::kCompute), 0U);
}

TEST(ReadyQueue, LetsTheCallerRefuseJobs) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x")});
  ReadyQueue queue = queue_of(graph);
  EXPECT_EQ(queue.next(Pool::kCompute, [](std::size_t job) { return job == 1; }), 1U);
  EXPECT_EQ(queue.next(Pool::kCompute, [](std::size_t) { return false; }), std::nullopt);
  EXPECT_EQ(queue.counts().ready, 1U);
}

TEST(ReadyQueue, DoesNotOfferWhatAnotherLaunchHoldsUntilItIsRechecked) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"})});
  ReadyQueue queue = queue_of(graph);
  queue.held_elsewhere(*queue.next(Pool::kCompute));
  EXPECT_EQ(queue.next(Pool::kCompute), std::nullopt);
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(queue.elsewhere(), (Jobs{0}));
  queue.recheck(0);
  EXPECT_EQ(queue.next(Pool::kCompute), 0U);
  queue.held_elsewhere(0);
  queue.done(0, "made by the other launch");
  EXPECT_TRUE(queue.elsewhere().empty());
  EXPECT_EQ(queue.next(Pool::kCompute), 1U);
}

TEST(ReadyQueue, TakesAFailureElsewhereForAFailure) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"})});
  ReadyQueue queue = queue_of(graph);
  queue.held_elsewhere(*queue.next(Pool::kCompute));
  queue.failed(0);
  EXPECT_EQ(queue.skipped(), (Jobs{1}));
  EXPECT_TRUE(queue.finished());
}

TEST(ReadyQueue, OffersEachPoolsJobsToThoseWhoAskForThem) {
  auto jobs = std::vector<Job>{toy_job("a/x"), toy_job("t/1"), toy_job("t/2"), toy_job("b/x")};
  jobs[1].pool = jobs[2].pool = Pool::kTiming;
  const JobGraph graph(jobs);
  ReadyQueue queue = queue_of(graph);
  EXPECT_EQ(queue.next(Pool::kTiming), 1U);
  EXPECT_EQ(queue.next(Pool::kCompute), 0U);
  EXPECT_EQ(queue.next(Pool::kTiming), 2U);
  EXPECT_EQ(queue.next(Pool::kTiming), std::nullopt);
  queue.put_back(1);
  EXPECT_EQ(queue.next(Pool::kTiming), 1U);
  EXPECT_EQ(queue.next(Pool::kCompute), 3U);
  EXPECT_EQ(queue.counts().running, 4U);
}

/// ingest and split are done, train runs and reports split as damaged.
class DamagedInput : public ::testing::TestWithParam<bool> {
 protected:
  void report() {
    if (GetParam()) queue_.put_back(2);
    queue_.corrupt(1);
    queue_.corrupt(1);  // a second reader says so, too
    if (!GetParam()) queue_.put_back(2);
  }
  JobGraph graph_{toy_study()};
  ReadyQueue queue_ = queue_of(graph_, without(graph_, {2, 3, 4}));
};
INSTANTIATE_TEST_SUITE_P(PutBackFirstOrLast, DamagedInput, ::testing::Bool());

TEST_P(DamagedInput, RunsAgainBeforeTheJobThatReadsIt) {
  EXPECT_EQ(take_all(queue_), (Jobs{2}));
  report();
  EXPECT_EQ(queue_.counts().to_run, 4U);
  EXPECT_EQ(run_out(queue_, graph_), (Jobs{1, 2, 3, 4}));
  EXPECT_TRUE(queue_.finished());
  EXPECT_EQ(queue_.counts().done, 4U);
}

TEST_P(DamagedInput, FailsWhereItIsDamagedTimeAndAgain) {
  for (int time = 0; time < ReadyQueue::kRebuildsAllowed; ++time) {
    EXPECT_EQ(take_all(queue_), (Jobs{2}));
    report();
    EXPECT_EQ(take_all(queue_), (Jobs{1}));
    queue_.done(1, "content of split/a");
  }
  EXPECT_EQ(take_all(queue_), (Jobs{2}));
  report();
  EXPECT_TRUE(queue_.finished());
  EXPECT_EQ(queue_.skipped(), (Jobs{2, 3, 4}));
  EXPECT_EQ(queue_.counts().failed, 1U);
}

TEST(ReadyQueue, DecidesDoneDependentsAnewWhereADamagedInputComesOutOtherwise) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x", {"b/x"}), toy_job("d/x", {"a/x"})});
  for (const bool same : {true, false}) {
    ReadyQueue queue = queue_of(graph, without(graph, {3}));
    EXPECT_EQ(take_all(queue), (Jobs{3}));
    queue.corrupt(0);
    queue.put_back(3);
    EXPECT_EQ(take_all(queue), (Jobs{0}));
    queue.done(0, same ? "content of a/x" : "other bytes");
    EXPECT_EQ(run_out(queue, graph), same ? (Jobs{3}) : (Jobs{1, 3}));
    EXPECT_TRUE(queue.finished());
  }
}

TEST(ReadyQueue, RepeatsAJobWhoseInputWasReplacedWhileItRan) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x", {"a/x"})});
  ReadyQueue queue = queue_of(graph, without(graph, {1, 2}));
  EXPECT_EQ(take_all(queue), (Jobs{1, 2}));
  queue.corrupt(0);
  queue.put_back(2);
  EXPECT_EQ(take_all(queue), (Jobs{0}));
  queue.done(1, "made from the old bytes");
  EXPECT_FALSE(queue.finished());
  queue.done(0, "other bytes");
  EXPECT_EQ(take_all(queue), (Jobs{1, 2}));
}

TEST(ReadyQueue, SkipsWhatReadsADamagedArtifactThatNoStageCanRebuild) {
  auto jobs = std::vector<Job>{toy_job("a/x"), toy_job("b/x", {"a/x"})};
  jobs[0].stage.available = false;
  const JobGraph graph(jobs);
  ReadyQueue queue = queue_of(graph, without(graph, {1}));
  EXPECT_EQ(take_all(queue), (Jobs{1}));
  queue.corrupt(0);
  queue.put_back(1);
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.skipped(), (Jobs{0, 1}));
}

TEST(ReadyQueue, RefusesNewsOfJobsThatDoNotRun) {
  const JobGraph graph(toy_study());
  ReadyQueue queue = queue_of(graph);
  EXPECT_THROW(queue.done(0, "x"), Error);
  EXPECT_THROW(queue.failed(4), Error);
  EXPECT_THROW(queue.put_back(2), Error);
}

}  // namespace
}  // namespace exitaudit
