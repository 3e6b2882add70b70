// Simulated studies whose length can be told by hand.
#include "pipeline/run/simulate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "pipeline/base/random.h"
#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::full_store;
using test::toy_job;

std::vector<Job> equal_jobs(int count) {
  std::vector<Job> jobs;
  for (int i = 0; i < count; ++i) jobs.push_back(toy_job("s/" + std::to_string(i)));
  return jobs;
}

Job timing(const std::string& id, const std::vector<std::string>& inputs = {}) {
  Job job = toy_job(id, inputs);
  job.pool = Pool::kTiming;
  return job;
}

struct Mishaps {
  double rate = 0;
  std::int64_t seed = 1;
};

Simulation run(const std::vector<Job>& jobs, const std::vector<double>& seconds, const SimulatedCluster& cluster,
               Mishaps mishaps = {}) {
  const JobGraph graph(jobs);
  return simulate(graph, make_plan(graph, {}), {}, cluster,
                  {.expected = seconds, .seconds = seconds, .failure_rate = mishaps.rate, .seed = mishaps.seed});
}

TEST(Simulate, TakesEqualJobsInRounds) {
  for (const int slots : {1, 2, 3, 7, 8}) {
    const Simulation simulation = run(equal_jobs(7), std::vector<double>(7, 5.0), {.nodes = slots});
    EXPECT_EQ(simulation.makespan, (7 + slots - 1) / slots * 5.0) << slots;
    EXPECT_EQ(simulation.work, 35);
    EXPECT_EQ(simulation.critical_path, 5);
    EXPECT_EQ(simulation.bound, std::max(35.0 / slots, 5.0));
    EXPECT_DOUBLE_EQ(simulation.idle_share, 1 - 35 / (simulation.makespan * slots));
    EXPECT_EQ(simulation.jobs_run, 7U);
  }
}

TEST(Simulate, MakesNoDifferenceBetweenNodesDevicesAndSlotsForSingleJobs) {
  const std::vector<double> seconds{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  const double makespan = run(equal_jobs(12), seconds, {.nodes = 4}).makespan;
  EXPECT_EQ(run(equal_jobs(12), seconds, {.nodes = 1, .devices_per_node = 4}).makespan, makespan);
  EXPECT_EQ(run(equal_jobs(12), seconds, {.nodes = 2, .devices_per_node = 1, .slots_per_device = 2}).makespan,
            makespan);
}

TEST(Simulate, TakesAChainItsLengthHoweverManyNodes) {
  const std::vector<Job> chain{toy_job("a/x"), toy_job("b/x", {"a/x"}), toy_job("c/x", {"b/x"})};
  for (const int nodes : {1, 64}) {
    const Simulation simulation = run(chain, {2, 3, 4}, {.nodes = nodes});
    EXPECT_EQ(simulation.makespan, 9);
    EXPECT_EQ(simulation.critical_path, 9);
    EXPECT_EQ(simulation.bound, 9);
  }
}

/// Graham's example: on three slots the longest first takes 11 where 9 would do, 5+4, 5+4, 3+3+3.
TEST(Simulate, TakesTheLongestFirst) {
  EXPECT_EQ(run(equal_jobs(7), {5, 5, 4, 4, 3, 3, 3}, {.nodes = 3}).makespan, 11);
  EXPECT_EQ(run(equal_jobs(5), {1, 1, 1, 1, 4}, {.nodes = 2}).makespan, 4);
}

TEST(Simulate, OrdersByWhatIsExpectedAndTakesWhatIsTrue) {
  const JobGraph graph(equal_jobs(5));
  const Simulation simulation = simulate(graph, make_plan(graph, {}), {}, {.nodes = 2},
                                         {.expected = {1, 1, 1, 1, 1}, .seconds = {1, 1, 1, 1, 4}});
  EXPECT_EQ(simulation.makespan, 6) << "nobody knew that the last is long";
}

TEST(Simulate, LetsATimingJobBlockItsNodeAlone) {
  // On two nodes of two devices a and e, then d, run on the first, and the second is timed on from 0 to 4.
  const std::vector<Job> jobs{toy_job("a/x"), timing("t/1"), toy_job("d/x", {"e/x"}), toy_job("e/x")};
  const Simulation two = run(jobs, {10, 4, 3, 1}, {.nodes = 2, .devices_per_node = 2});
  EXPECT_EQ(two.makespan, 10);
  EXPECT_EQ(two.work, 10 + 2 * 4 + 3 + 1);
  const Simulation one = run(jobs, {10, 4, 3, 1}, {.nodes = 1, .devices_per_node = 2});
  EXPECT_EQ(one.makespan, 14) << "on one node it waits until nothing runs";
  EXPECT_EQ(run({timing("t/1"), timing("t/2"), timing("t/3")}, {5, 5, 5}, {.nodes = 2, .devices_per_node = 8}).makespan,
            10);
}

TEST(Simulate, GivesATeamSlotsOfOneNode) {
  std::vector<Job> jobs = equal_jobs(3);
  for (Job& job : jobs) job.ranks = 3;
  const Simulation simulation = run(jobs, {2, 2, 2}, {.nodes = 2, .devices_per_node = 4});
  EXPECT_EQ(simulation.makespan, 4);
  EXPECT_EQ(simulation.work, 3 * 3 * 2);
}

TEST(Simulate, RunsWhatIsLeftOnly) {
  const JobGraph graph(test::toy_study());
  Snapshot snapshot = full_store(graph);
  const SimulatedTimes times{.expected = {1, 2, 3, 4, 5}, .seconds = {1, 2, 3, 4, 5}};
  EXPECT_EQ(simulate(graph, make_plan(graph, snapshot), snapshot, {}, times).makespan, 0);
  EXPECT_EQ(simulate(graph, make_plan(graph, snapshot), snapshot, {}, times).bound, 0);
  snapshot.artifacts.erase(graph.fingerprint(3));
  const Simulation simulation = simulate(graph, make_plan(graph, snapshot), snapshot, {}, times);
  EXPECT_EQ(simulation.makespan, 9) << "attack, and tabulate below it";
  EXPECT_EQ(simulation.jobs_run, 2U);
}

TEST(Simulate, RepeatsLostAttemptsAndIsTheSameForTheSameSeed) {
  const std::vector<double> seconds(200, 10.0);
  const Simulation whole = run(equal_jobs(200), seconds, {.nodes = 8});
  EXPECT_EQ(whole.attempts_lost, 0U);
  const Simulation first = run(equal_jobs(200), seconds, {.nodes = 8}, {.rate = 0.1, .seed = 7});
  const Simulation again = run(equal_jobs(200), seconds, {.nodes = 8}, {.rate = 0.1, .seed = 7});
  const Simulation other = run(equal_jobs(200), seconds, {.nodes = 8}, {.rate = 0.1, .seed = 8});
  EXPECT_EQ(first.makespan, again.makespan);
  EXPECT_EQ(first.work, again.work);
  EXPECT_NE(first.work, other.work);
  EXPECT_GT(first.attempts_lost, 5U);
  EXPECT_LT(first.attempts_lost, 50U);
  EXPECT_GT(first.work, whole.work);
  EXPECT_LT(first.work, whole.work + 10 * static_cast<double>(first.attempts_lost));
  EXPECT_EQ(first.jobs_run + first.jobs_failed, 200U);
}

TEST(Simulate, GivesUpAJobThatIsLostThreeTimesAndSkipsWhatNeedsIt) {
  const Simulation simulation = run({toy_job("a/x"), toy_job("b/x", {"a/x"})}, {10, 10}, {}, {.rate = 1});
  EXPECT_EQ(simulation.attempts_lost, 3U);
  EXPECT_EQ(simulation.jobs_run, 0U);
  EXPECT_EQ(simulation.jobs_failed, 1U);
  EXPECT_EQ(simulation.jobs_skipped, 1U);
  EXPECT_LT(simulation.makespan, 30);
}

/// Random graphs with teams and timing jobs.
std::vector<Job> random_jobs(RandomStream& random, std::vector<double>& seconds) {
  std::vector<Job> jobs;
  const std::size_t size = 1 + random.below(60);
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<std::string> inputs;
    for (std::uint64_t k = random.below(3); k > 0 && i > 0; --k) inputs.push_back(jobs[random.below(i)].id);
    jobs.push_back(toy_job("s/" + std::to_string(i), inputs));
    if (random.below(6) == 0) jobs.back().pool = Pool::kTiming;
    if (random.below(6) == 0) jobs.back().ranks = 1 + static_cast<int>(random.below(5));
    seconds.push_back(10 * random.uniform());
  }
  return jobs;
}

TEST(Simulate, IsNeverBelowItsBoundAndOnOneSlotAtIt) {
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    RandomStream random = stream("simulate_test", round);
    std::vector<double> seconds;
    const std::vector<Job> jobs = random_jobs(random, seconds);
    const SimulatedCluster cluster{.nodes = 1 + static_cast<int>(random.below(5)),
                                   .devices_per_node = 1 + static_cast<int>(random.below(4)),
                                   .slots_per_device = 1 + static_cast<int>(random.below(2))};
    const Simulation simulation = run(jobs, seconds, cluster, {.rate = round % 2 == 0 ? 0.0 : 0.2, .seed = round});
    EXPECT_GE(simulation.makespan, simulation.bound * (1 - 1e-12));
    EXPECT_EQ(simulation.jobs_run + simulation.jobs_failed + simulation.jobs_skipped, jobs.size());
    const Simulation alone = run(jobs, seconds, {});
    EXPECT_NEAR(alone.makespan, alone.bound, 1e-9);
    EXPECT_NEAR(alone.idle_share, 0, 1e-9);
  }
}

TEST(Simulate, TakesLittleTimeForThousandsOfJobsOnAThousandNodes) {
  RandomStream random = stream("simulate_test", "large");
  std::vector<Job> jobs = equal_jobs(8000);
  std::vector<double> seconds;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (i >= 2000) jobs[i].inputs.push_back({"input", jobs[random.below(2000)].id});
    if (i % 4 == 3) jobs[i].pool = Pool::kTiming;
    seconds.push_back(1 + 100 * random.uniform());
  }
  const auto begun = std::chrono::steady_clock::now();
  const Simulation simulation = run(jobs, seconds, {.nodes = 1000, .devices_per_node = 8});
  EXPECT_EQ(simulation.jobs_run, 8000U);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(took.count(), 60) << "seconds, as it should take on a slow machine under sanitizers";
}

}  // namespace
}  // namespace exitaudit
