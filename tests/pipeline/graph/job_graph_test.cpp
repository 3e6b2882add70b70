#include "pipeline/graph/job_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "tests/pipeline/graph/toy_graph.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::message_of;
using test::toy_job;
using test::toy_study;

std::string fingerprint_of(const std::vector<Job>& jobs, const std::string& id) {
  const JobGraph graph(jobs);
  return graph.fingerprint(graph.index_of(id));
}

TEST(JobGraph, KnowsInputsAndDependents) {
  const JobGraph graph(toy_study());
  const auto inputs = graph.inputs(2);
  EXPECT_EQ(std::vector<std::size_t>(inputs.begin(), inputs.end()), (std::vector<std::size_t>{0, 1}));
  const auto dependents = graph.dependents(0);
  EXPECT_EQ(std::vector<std::size_t>(dependents.begin(), dependents.end()), (std::vector<std::size_t>{1, 2}));
}

TEST(JobGraph, ListsADependentOnceThatReadsOneJobTwice) {
  Job twice = toy_job("b/x", {"a/x"});
  twice.inputs.push_back({"other", "a/x"});
  const JobGraph graph({toy_job("a/x"), twice});
  EXPECT_EQ(graph.inputs(1).size(), 2U);
  EXPECT_EQ(graph.dependents(0).size(), 1U);
}

TEST(JobGraph, OrdersInputsFirstAndTiesAsGiven) {
  const JobGraph graph({toy_job("z/3", {"z/1"}), toy_job("z/2"), toy_job("z/1"), toy_job("z/0")});
  const auto order = graph.topological_order();
  EXPECT_EQ(std::vector<std::size_t>(order.begin(), order.end()), (std::vector<std::size_t>{1, 2, 0, 3}));
}

TEST(JobGraph, RefusesARepeatedId) {
  EXPECT_EQ(message_of([] {
              JobGraph({toy_job("a/x"), toy_job("a/x")});
            }),
            "two jobs are called \"a/x\"; an id names one job");
}

TEST(JobGraph, RefusesAnUnknownInput) {
  EXPECT_EQ(message_of([] { JobGraph({toy_job("b/x", {"a/x"})}); }),
            "job \"b/x\" reads its a from \"a/x\", which is no job of the study");
}

TEST(JobGraph, NamesTheJobsOfACircle) {
  const std::vector<Job> jobs{toy_job("free/x"), toy_job("d/x", {"a/x"}), toy_job("a/x", {"free/x", "b/x"}),
                              toy_job("b/x", {"c/x"}), toy_job("c/x", {"a/x"})};
  EXPECT_EQ(message_of([&] { const JobGraph graph(jobs); }),
            "the jobs wait for each other in a circle: a/x <- b/x <- c/x <- a/x");
  EXPECT_EQ(message_of([] { JobGraph({toy_job("a/x", {"a/x"})}); }),
            "the jobs wait for each other in a circle: a/x <- a/x");
}

TEST(JobGraph, SuggestsAnIdForAnUnknownOne) {
  const JobGraph graph(toy_study());
  EXPECT_EQ(message_of([&] { static_cast<void>(graph.index_of("trian/a")); }),
            "no job of this study is called \"trian/a\"; did you mean \"train/a\"?");
}

TEST(JobGraph, HashesIdStageVersionSliceAndInputs) {
  const JobGraph graph({toy_job("a/x", {}, "a.k = 1\n"), toy_job("b/x", {"a/x"}, "b.k = 2\n")});
  const std::string a = Sha256().field("a/x").field("a").field("1").field("a.k = 1\n").hex();
  const std::string b = Sha256().field("b/x").field("b").field("1").field("b.k = 2\n").field("a").field(a).hex();
  EXPECT_EQ(graph.fingerprint(0), a);
  EXPECT_EQ(graph.fingerprint(1), b);
}

TEST(JobGraph, ChangesAFingerprintWithWhatDeterminesTheResultOnly) {
  const auto before = fingerprint_of(toy_study(), "attack/a");
  const auto changed = [&](auto&& edit) {
    auto jobs = toy_study();
    edit(jobs);
    return fingerprint_of(jobs, "attack/a") != before;
  };
  EXPECT_TRUE(changed([](auto& jobs) { jobs[3].config = ConfigSlice("x = 1\n"); }));
  EXPECT_TRUE(changed([](auto& jobs) { jobs[3].stage.version = 2; }));
  EXPECT_TRUE(changed([](auto& jobs) { jobs[3].inputs[0].name = "shadow"; }));
  EXPECT_TRUE(changed([](auto& jobs) { jobs[0].config = ConfigSlice("far = up\n"); }));
  EXPECT_TRUE(changed([](auto& jobs) { std::swap(jobs[2].inputs[0], jobs[2].inputs[1]); }));
  EXPECT_FALSE(changed([](auto& jobs) { jobs[4].config = ConfigSlice("downstream = 1\n"); }));
  EXPECT_FALSE(changed([](auto& jobs) { jobs[3].pool = Pool::kTiming; }));
  EXPECT_FALSE(changed([](auto& jobs) { jobs[3].expected_seconds = 99; }));
  EXPECT_FALSE(changed([](auto& jobs) { std::rotate(jobs.begin(), jobs.begin() + 2, jobs.end()); }));
}

TEST(JobGraph, TakesFiveThousandJobsInMilliseconds) {
  std::vector<Job> jobs;
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::string> inputs;
    for (int k = 1; k <= 4 && i >= k * 100; ++k) inputs.push_back("s/" + std::to_string(i - k * 100));
    jobs.push_back(toy_job("s/" + std::to_string(i), inputs, std::string(500, 'x')));
  }
  const std::clock_t start = std::clock();  // processor time: other work on the machine does not count
  const JobGraph graph(std::move(jobs));
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_EQ(graph.topological_order().size(), 5000U);
  EXPECT_LT(seconds, 0.5);  // 0.02 as users build it; room for debug builds with sanitizers
}

}  // namespace
}  // namespace exitaudit
