// Whole launches as processes: stopped, killed, frozen, and two at once.
#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

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
using test::status_of;
using test::toy_job;
using test::ToyStudy;

const std::string kWorker = EXITAUDIT_FAKE_WORKER;

/// The pid that the toy worker has written to its job's log; 0 while there is none.
pid_t worker_of(const ToyStudy& study, const std::string& job) {
  std::ifstream log(study.root() / StudyFolders::log(job));
  pid_t pid = 0;
  for (std::string line; std::getline(log, line);) {
    const auto at = line.find("toy worker ");
    if (at != std::string::npos) pid = std::stoi(line.substr(at + 11));
  }
  return pid;
}

/// Its slow job is long enough that a signal reaches it on a busy machine, too.
JobGraph slow_graph() {
  return JobGraph(
      {toy_job("source/a"), toy_job("slow/a", "steps = 250", {"source/a"}), toy_job("mix/a", "", {"slow/a"})});
}

TEST(Launch, StoppedBySigtermIsResumable) {
  const ToyStudy study(kWorker);
  const ToyStudy calm(kWorker);
  const JobGraph graph = slow_graph();
  calm.run(graph);
  const pid_t launch = in_process([&] { return study.run(graph).exit_code; });
  ASSERT_TRUE(becomes_true([&] { return worker_of(study, "slow/a") > 0; }));
  SystemClock().sleep_seconds(0.1);
  ::kill(launch, SIGTERM);
  EXPECT_EQ(exit_code_of(launch), 75);
  EXPECT_EQ(study.history(graph, "slow/a").attempts.back().outcome, Outcome::kPreempted);
  EXPECT_EQ(study.run(graph).exit_code, 0);
  EXPECT_EQ(study.contents(), calm.contents());
  EXPECT_EQ(study.history(graph, "slow/a").lost_since_retry, 0);
  EXPECT_FALSE(std::filesystem::exists(StudyFolders{study.root()}.checkpoints(graph.fingerprint(1))));
}

TEST(Launch, KillsWhatDoesNotStopInTime) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("source/a")});
  const pid_t launch = in_process([&] {
    const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@source/a=stop");
    RunOptions options = study.options();
    options.stop_grace_s = 0.1;
    return study.run(graph, options).exit_code;
  });
  ASSERT_TRUE(becomes_true([&] { return std::filesystem::exists(study.root() / "logs/source/a.log"); }));
  SystemClock().sleep_seconds(0.1);
  ::kill(launch, SIGTERM);
  EXPECT_EQ(exit_code_of(launch), 75);
  EXPECT_EQ(study.history(graph, "source/a").attempts.back().outcome, Outcome::kPreempted);
  EXPECT_EQ(study.run(graph).exit_code, 0);
}

// A hanging job stands for one that keeps no resume points.
TEST(Launch, FailsAJobThatNeedsMoreThanAllOfItsTime) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("source/a"), toy_job("slow/b", "steps = 2000")});
  const pid_t launch = in_process([&] {
    const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@source/a=stop");
    const double end = SystemClock().unix_seconds() + 12;  // 8 to 9 s of work
    const test::ScopedVariable limit("SLURM_JOB_END_TIME", std::to_string(static_cast<std::int64_t>(end)));
    RunOptions options = study.options();
    options.walltime_margin_s = 3;
    options.stop_grace_s = 1;
    options.whole_allocation = true;
    return study.run(graph, options).exit_code;
  });
  EXPECT_EQ(exit_code_of(launch), 75);
  const Attempt hung = study.history(graph, "source/a").attempts.back();
  EXPECT_EQ(hung.outcome, Outcome::kTimeout);
  EXPECT_THAT(hung.message, testing::HasSubstr("give launches more time (--set site.minutes=…), then retry"));
  EXPECT_TRUE(study.history(graph, "source/a").failed_since_retry);
  EXPECT_EQ(study.history(graph, "slow/b").attempts.back().outcome, Outcome::kPreempted) << "it kept a resume point";
  EXPECT_FALSE(study.history(graph, "slow/b").failed_since_retry);
}

TEST(Launch, SurvivesTheDeathOfAWorker) {
  const ToyStudy study(kWorker);
  const JobGraph graph = slow_graph();
  const pid_t launch = in_process([&] { return study.run(graph).exit_code; });
  ASSERT_TRUE(becomes_true([&] { return worker_of(study, "slow/a") > 0; }));
  ::kill(worker_of(study, "slow/a"), SIGKILL);
  EXPECT_EQ(exit_code_of(launch), 0);
  EXPECT_EQ(study.history(graph, "slow/a").attempts.size(), 2U);
}

TEST(Launch, TakesItsWorkersWithItWhenItIsKilled) {
  const ToyStudy study(kWorker);
  const JobGraph graph = slow_graph();
  const pid_t launch = in_process([&] { return study.run(graph).exit_code; });
  ASSERT_TRUE(becomes_true([&] { return worker_of(study, "slow/a") > 0; }));
  ::kill(launch, SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(status_of(launch)));
  const pid_t worker = worker_of(study, "slow/a");
  EXPECT_TRUE(becomes_true([&] { return is_gone(worker); }));
  // The next launch waits for no heartbeat: the owner of the lease is provably gone.
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.exit_code, 0);
  EXPECT_LT(summary.seconds, 30);
  EXPECT_EQ(study.history(graph, "slow/a").attempts.size(), 2U);
}

TEST(Launch, EndsWithTheMpirunThatStartedIt) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("slow/a", "steps = 2000")});
  const auto rank_pid = study.root() / "rank";
  const pid_t mpirun = in_process([&] {
    ::prctl(PR_SET_NAME, "mpirun");
    const pid_t rank = in_process([&] { return study.run(graph).exit_code; });
    std::ofstream(rank_pid) << rank << std::endl;
    return status_of(rank);
  });
  ASSERT_TRUE(becomes_true([&] { return worker_of(study, "slow/a") > 0; }));
  pid_t rank = 0;
  ASSERT_TRUE(std::ifstream(rank_pid) >> rank);
  ::kill(mpirun, SIGKILL);
  status_of(mpirun);
  EXPECT_TRUE(becomes_true([&] { return is_gone(rank); }));
  EXPECT_TRUE(becomes_true([&] { return is_gone(worker_of(study, "slow/a")); }));
}

TEST(Launch, SharesAStudyWithAnotherWithoutDoingAJobTwice) {
  const ToyStudy study(kWorker);
  std::vector<Job> jobs;
  for (int i = 0; i < 12; ++i)
    jobs.push_back(toy_job("slow/" + std::to_string(i), "steps = 3\nvalue = " + std::to_string(i)));
  for (int i = 0; i < 12; ++i) {
    jobs.push_back(
        toy_job("mix/" + std::to_string(i), "", {"slow/" + std::to_string(i), "slow/" + std::to_string((i + 1) % 12)}));
  }
  const JobGraph graph(jobs);
  const auto launch = [&] {
    const RunSummary summary = study.run(graph, 2);
    return summary.exit_code == 0 ? static_cast<int>(summary.ran) : 200;
  };
  const pid_t first = in_process(launch);
  const pid_t second = in_process(launch);
  const int ran = exit_code_of(first) + exit_code_of(second);
  EXPECT_EQ(ran, 24);
  for (const Job& job : graph.jobs()) EXPECT_EQ(study.history(graph, job.id).attempts.size(), 1U) << job.id;
}

// The worker is frozen with its launch, else it may end the job, as it should, before the other launch takes it over.
TEST(Launch, FrozenPastTheHeartbeatLimitCommitsNothingOfWhatWasTakenOver) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("slow/a", "steps = 200")});
  RunOptions options = study.options();
  options.heartbeat_limit_s = 0.4;
  const auto launch = [&] {
    const RunSummary summary = study.run(graph, options);
    return static_cast<int>(summary.exit_code * 100 + summary.ran * 10 + summary.adopted);
  };
  const pid_t frozen = in_process(launch);
  pid_t worker = 0;
  ASSERT_TRUE(becomes_true([&] { return (worker = worker_of(study, "slow/a")) > 0; }));
  ::kill(frozen, SIGSTOP);
  ::kill(worker, SIGSTOP);
  const pid_t other = in_process(launch);
  EXPECT_EQ(exit_code_of(other), 10) << "it ran the job";
  ::kill(worker, SIGCONT);
  ::kill(frozen, SIGCONT);
  EXPECT_EQ(exit_code_of(frozen), 1) << "it found the job done";
  std::vector<Outcome> outcomes;
  for (const Attempt& attempt : study.history(graph, "slow/a").attempts) outcomes.push_back(attempt.outcome);
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre(Outcome::kDone, Outcome::kTakenOver));
}

}  // namespace
}  // namespace exitaudit
