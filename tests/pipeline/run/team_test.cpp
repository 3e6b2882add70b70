// Jobs of several ranks: launches of their own under real mpirun, and all that a rank can do wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "pipeline/artifact/reader.h"
#include "pipeline/base/clock.h"
#include "pipeline/run/run_study.h"
#include "pipeline/run/study_folders.h"
#include "tests/support/child_process.h"
#include "tests/support/toy_study.h"

namespace exitaudit {
namespace {

using test::becomes_true;
using test::exit_code_of;
using test::in_process;
using test::is_gone;
using test::ScopedVariable;
using test::toy_job;
using test::ToyStudy;
using testing::HasSubstr;

const std::string kWorker = EXITAUDIT_FAKE_WORKER;

Job team_job(const std::string& id, int ranks, const std::string& config = "",
             const std::vector<std::string>& inputs = {}) {
  Job job = toy_job(id, config, inputs);
  job.ranks = ranks;
  job.stage.torch = true;
  return job;
}

/// The pids that the ranks of a job's latest team have written to its log.
std::vector<pid_t> ranks_of(const ToyStudy& study, const std::string& job, int size) {
  std::ifstream log(study.root() / StudyFolders::log(job));
  std::vector<pid_t> pids(static_cast<std::size_t>(size), 0);
  for (std::string line; std::getline(log, line);) {
    int rank = 0, of = 0, pid = 0;
    const auto at = line.find("toy rank ");
    if (at == std::string::npos || std::sscanf(line.c_str() + at, "toy rank %d of %d is %d", &rank, &of, &pid) != 3)
      continue;
    if (rank < size) pids[static_cast<std::size_t>(rank)] = pid;
  }
  return pids;
}

bool all_begun(const ToyStudy& study, const std::string& job, int size) {
  return becomes_true([&] {
    const auto pids = ranks_of(study, job, size);
    return std::ranges::find(pids, 0) == pids.end();
  });
}

bool are_gone(const std::vector<pid_t>& pids) {
  return becomes_true([&] { return std::ranges::all_of(pids, is_gone); });
}

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  int parent = 0;
  std::sscanf(text.c_str() + text.rfind(')'), ") %*c %d", &parent);
  return parent;
}

TEST(Team, RunsOneJobOnAllItsRanksAndLeavesOneArtifact) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("source/a"), team_job("slow/team", 3, "steps = 3", {"source/a"}),
                        toy_job("mix/after", "", {"slow/team"})});
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.ran, 3U);
  EXPECT_EQ(summary.exit_code, 0);
  const ArtifactReader made = ArtifactReader::open(study.artifact(graph, "slow/team"));
  EXPECT_EQ(made.read<std::int64_t>("sum_over_ranks"), std::vector<std::int64_t>{1 + 2 + 3});
  EXPECT_TRUE(Store(study.root() / "artifacts").list_partials().empty());
  EXPECT_TRUE(are_gone(ranks_of(study, "slow/team", 3)));
}

struct Misdeed {
  std::string how;
  Outcome outcome;
  std::string message;
};
class TeamMisdeed : public testing::TestWithParam<Misdeed> {};

TEST_P(TeamMisdeed, OfOneRankEndsTheTeamAndCostsOneJob) {
  const ToyStudy study(kWorker);
  const JobGraph graph(
      {team_job("slow/team", 3, "steps = 100000\nrank_1_does = " + GetParam().how), toy_job("source/b")});
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.ran, 1U);
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_EQ(summary.failures[0].outcome, GetParam().outcome);
  EXPECT_THAT(summary.failures[0].message, HasSubstr(GetParam().message));
  EXPECT_TRUE(are_gone(ranks_of(study, "slow/team", 3)));
}

INSTANTIATE_TEST_SUITE_P(All, TeamMisdeed,
                         testing::Values(Misdeed{"throw", Outcome::kFailed, "rank 1: this rank has had enough"},
                                         Misdeed{"segfault", Outcome::kCrashed, "a rank was killed by signal 11"},
                                         Misdeed{"kill", Outcome::kLost, "a rank was killed by signal 9"},
                                         Misdeed{"exit3", Outcome::kCrashed, "exit code 3"},
                                         Misdeed{"exit", Outcome::kCrashed, "exit code"}),
                         [](const auto& each) { return each.param.how; });

TEST(Team, TellsOneFailureThatAllItsRanksHave) {
  const ToyStudy study(kWorker);
  const RunSummary summary = study.run(JobGraph({team_job("source/team", 4, "do = throw")}));
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_EQ(summary.failures[0].message, "this rank has had enough");
}

TEST(Team, IsRepeatedAfterItsMpirunIsKilledAndLeavesNoRank) {
  const ToyStudy study(kWorker);
  const JobGraph graph({team_job("slow/team", 2, "steps = 300")});
  const pid_t launch = in_process([&] { return study.run(graph).exit_code; });
  ASSERT_TRUE(all_begun(study, "slow/team", 2));
  const std::vector<pid_t> first = ranks_of(study, "slow/team", 2);
  ::kill(parent_of(first[0]), SIGKILL);
  EXPECT_TRUE(are_gone(first));
  EXPECT_EQ(exit_code_of(launch), 0);
  const JobHistory history = study.history(graph, "slow/team");
  ASSERT_EQ(history.attempts.size(), 2U);
  EXPECT_EQ(history.attempts[0].outcome, Outcome::kLost);
  EXPECT_NE(ranks_of(study, "slow/team", 2), first);
}

TEST(Team, DiesWithItsConductor) {
  const ToyStudy study(kWorker);
  const pid_t launch =
      in_process([&] { return study.run(JobGraph({team_job("slow/team", 2, "steps = 9999")})).exit_code; });
  ASSERT_TRUE(all_begun(study, "slow/team", 2));
  ::kill(launch, SIGKILL);
  exit_code_of(launch);
  EXPECT_TRUE(are_gone(ranks_of(study, "slow/team", 2)));
}

TEST(Team, StopsAtOneStepOnSigtermAndIsResumable) {
  const ToyStudy study(kWorker);
  const ToyStudy calm(kWorker);
  const JobGraph graph({team_job("slow/team", 3, "steps = 300")});
  calm.run(graph);
  const pid_t launch = in_process([&] { return study.run(graph).exit_code; });
  ASSERT_TRUE(all_begun(study, "slow/team", 3));
  SystemClock().sleep_seconds(0.2);
  ::kill(launch, SIGTERM);
  EXPECT_EQ(exit_code_of(launch), 75);
  const Attempt stopped = study.history(graph, "slow/team").attempts.back();
  EXPECT_EQ(stopped.outcome, Outcome::kPreempted);
  EXPECT_THAT(stopped.message, HasSubstr("stopped at step"));
  EXPECT_TRUE(are_gone(ranks_of(study, "slow/team", 3)));
  EXPECT_EQ(study.run(graph).exit_code, 0);
  EXPECT_EQ(study.contents(), calm.contents());
}

TEST(Team, SaysThatThereIsNoMpirun) {
  const ToyStudy study(kWorker);
  const ScopedVariable path("PATH", "/no/such/folder");
  const RunSummary summary = study.run(JobGraph({team_job("source/team", 4)}));
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_THAT(summary.failures[0].message, HasSubstr("this job wants 4 ranks, mpirun is not in PATH"));
}

TEST(Team, TakesItsSlotsAndGivesThemBack) {
  const ToyStudy study(kWorker);
  std::vector<Job> jobs{team_job("slow/team", 2, "steps = 20")};
  jobs[0].expected_seconds = 100;
  for (int i = 0; i < 4; ++i) jobs.push_back(toy_job("slow/" + std::to_string(i), "steps = 20"));
  const JobGraph graph(jobs);
  const RunSummary summary = study.run(graph, 2);
  EXPECT_EQ(summary.ran, 5U);
  const Attempt team = study.history(graph, "slow/team").attempts.back();
  for (int i = 0; i < 4; ++i) {
    const Attempt other = study.history(graph, "slow/" + std::to_string(i)).attempts.back();
    EXPECT_GE(other.started, team.started + team.seconds) << i;
  }
}

}  // namespace
}  // namespace exitaudit
