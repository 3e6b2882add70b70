// A study from nothing to done, and again after everything that a job of one can do wrong.
#include "pipeline/run/run_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "pipeline/run/rank_message.h"
#include "pipeline/run/study_folders.h"
#include "tests/support/toy_study.h"

namespace exitaudit {
namespace {

using test::toy_graph;
using test::toy_job;
using test::ToyStudy;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

const std::string kWorker = EXITAUDIT_FAKE_WORKER;

void flip_last_byte(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-1, std::ios::end);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(-1, std::ios::end);
  file.put(byte);
}

TEST(RunStudy, RunsEveryJobOnce) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.ran, 5U);
  EXPECT_EQ(summary.exit_code, 0);
  EXPECT_EQ(study.contents().size(), 5U);
  for (const Job& job : graph.jobs()) {
    const JobHistory history = study.history(graph, job.id);
    ASSERT_EQ(history.attempts.size(), 1U) << job.id;
    EXPECT_EQ(history.attempts[0].outcome, Outcome::kDone);
    EXPECT_GT(history.attempts[0].bytes, 0U);
    EXPECT_TRUE(std::filesystem::exists(study.root() / history.attempts[0].log));
  }
}

TEST(RunStudy, DoesNothingTheSecondTime) {
  const ToyStudy study(kWorker);
  study.run(toy_graph());
  const RunSummary again = study.run(toy_graph());
  EXPECT_EQ(again.ran, 0U);
  EXPECT_EQ(again.done_before, 5U);
  EXPECT_EQ(again.exit_code, 0);
}

TEST(RunStudy, GivesTheSameBytesWithOneSlotAndWithTwo) {
  const ToyStudy one(kWorker);
  const ToyStudy two(kWorker);
  one.run(toy_graph(), 1);
  two.run(toy_graph(), 2);
  EXPECT_EQ(one.contents().size(), 5U);
  EXPECT_EQ(one.contents(), two.contents());
}

TEST(RunStudy, GivesTheSameBytesOnThreeRanks) {
  const ToyStudy alone(kWorker);
  const ToyStudy ranks(kWorker);
  const JobGraph graph = toy_graph();
  alone.run(graph);
  const auto mailboxes = make_local_mailboxes(3);
  std::vector<RunSummary> summaries(3);
  {
    std::vector<std::jthread> threads;
    for (std::size_t rank = 0; rank < 3; ++rank) {
      threads.emplace_back([&, rank] { summaries[rank] = run_study(graph, ranks.options(1), *mailboxes[rank]); });
    }
  }
  EXPECT_EQ(summaries[0].ran, 5U);
  for (const RunSummary& summary : summaries) EXPECT_EQ(summary.exit_code, 0);
  EXPECT_EQ(alone.contents(), ranks.contents());
}

TEST(RunStudy, CostsACrashedJobAndItsDependentsOnly) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  {
    const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@mix/ab=abort");
    const RunSummary summary = study.run(graph);
    EXPECT_EQ(summary.ran, 3U);
    EXPECT_EQ(summary.failed, 1U);
    EXPECT_EQ(summary.skipped, 1U);
    EXPECT_EQ(summary.exit_code, 3);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_EQ(summary.failures[0].outcome, Outcome::kCrashed);
    EXPECT_THAT(summary.failures[0].message, HasSubstr("signal 6 (SIGABRT)"));
    EXPECT_THAT(summary.failures[0].tail, Contains(HasSubstr("mix/ab: starts")));
  }
  const RunSummary waits = study.run(graph);
  EXPECT_EQ(waits.ran, 0U);
  EXPECT_EQ(waits.waiting, 1U);
  EXPECT_EQ(waits.exit_code, 3);
  study.retry(graph, "mix/ab");
  const RunSummary repaired = study.run(graph);
  EXPECT_EQ(repaired.ran, 2U);
  EXPECT_EQ(repaired.exit_code, 0);
}

struct Misdeed {
  std::string how;
  Outcome outcome;
  std::string message;
};

class RunStudyMisdeed : public testing::TestWithParam<Misdeed> {};

TEST_P(RunStudyMisdeed, IsRecordedAndCostsOneJob) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("source/good", "value = 1"), toy_job("source/bad", "do = " + GetParam().how),
                        toy_job("mix/good", "", {"source/good"})});
  const RunSummary summary = study.run(graph, 1);
  EXPECT_EQ(summary.ran, 2U);
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_EQ(summary.failures[0].outcome, GetParam().outcome);
  EXPECT_THAT(summary.failures[0].message, HasSubstr(GetParam().message));
  EXPECT_THAT(summary.failures[0].tail, Contains(HasSubstr("toy worker")));
  EXPECT_TRUE(study.history(graph, "source/bad").failed_since_retry);
  EXPECT_TRUE(Store(study.root() / "artifacts").list_partials().empty());
}

INSTANTIATE_TEST_SUITE_P(All, RunStudyMisdeed,
                         testing::Values(Misdeed{"segfault", Outcome::kCrashed, "signal 11 (SIGSEGV)"},
                                         Misdeed{"exit", Outcome::kCrashed, "exit code 0"},
                                         Misdeed{"exit3", Outcome::kCrashed, "exit code 3"},
                                         Misdeed{"garbage", Outcome::kCrashed, "cannot be used"},
                                         Misdeed{"half_a_line", Outcome::kCrashed, "exit code 0"},
                                         Misdeed{"out_of_memory", Outcome::kOutOfMemory, "out of memory"},
                                         Misdeed{"throw_int", Outcome::kFailed, "no exception"},
                                         Misdeed{"library_error", Outcome::kFailed, "shapes differ"}),
                         [](const auto& each) { return each.param.how; });

TEST(RunStudy, SaysWhyAWorkerCannotBeStarted) {
  const ToyStudy study(kWorker);
  RunOptions options = study.options();
  options.light_worker = "/no/such/program";
  const RunSummary summary = study.run(JobGraph({toy_job("source/a")}), options);
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_THAT(summary.failures[0].message, HasSubstr("could not be started"));
  EXPECT_THAT(summary.failures[0].tail, Contains(AllOf(HasSubstr("/no/such/program"), HasSubstr("No such file"))));
}

TEST(RunStudy, RepeatsALostJob) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@mix/ab=kill");
  const test::ScopedVariable once("EXITAUDIT_FAULT_ONCE", (study.root() / "once").string());
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.exit_code, 0);
  const JobHistory history = study.history(graph, "mix/ab");
  ASSERT_EQ(history.attempts.size(), 2U);
  EXPECT_EQ(history.attempts[0].outcome, Outcome::kLost);
  EXPECT_THAT(history.attempts[0].message, HasSubstr("signal 9 (SIGKILL)"));
  EXPECT_EQ(history.attempts[1].number, 2);
}

TEST(RunStudy, GivesUpAJobThatIsLostThreeTimes) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@mix/ab=kill");
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.failed, 1U);
  EXPECT_EQ(study.history(graph, "mix/ab").attempts.size(), 3U);
  EXPECT_EQ(study.run(graph).waiting, 1U);
}

TEST(RunStudy, AdoptsWhatADeadWorkerCommitted) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  const test::ScopedVariable fault("EXITAUDIT_FAULT", "after_link@mix/ab=kill");
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.ran, 4U);
  EXPECT_EQ(summary.adopted, 1U);
  EXPECT_EQ(summary.exit_code, 0);
  EXPECT_EQ(study.history(graph, "mix/ab").attempts.size(), 1U);
}

TEST(RunStudy, LeavesNothingHalfWrittenWhereAWorkerDiesBeforeTheLink) {
  const ToyStudy study(kWorker);
  const ToyStudy calm(kWorker);
  const JobGraph graph = toy_graph();
  calm.run(graph);
  {
    const test::ScopedVariable fault("EXITAUDIT_FAULT", "before_fsync@mix/ab=kill,before_link@mix/b=kill");
    const test::ScopedVariable once("EXITAUDIT_FAULT_ONCE", (study.root() / "once").string());
    EXPECT_EQ(study.run(graph).exit_code, 0);
  }
  EXPECT_EQ(study.contents(), calm.contents());
  EXPECT_EQ(study.run(graph).ran, 0U);
}

TEST(RunStudy, DoesNotLoopOnAJobThatKeepsAskingItselfToStop) {
  const ToyStudy study(kWorker);
  const RunSummary summary = study.run(JobGraph({toy_job("slow/a", "do = term\nsteps = 3")}));
  ASSERT_EQ(summary.failures.size(), 1U);
  EXPECT_THAT(summary.failures[0].message, HasSubstr("was not asked to stop"));
}

TEST(RunStudy, StopsBeforeTheAllocationEndsAndGoesOnInTheNext) {
  const ToyStudy study(kWorker);
  const JobGraph graph({toy_job("slow/a", "steps = 400")});
  RunOptions options = study.options(1);
  options.walltime_margin_s = 10;
  const auto now = static_cast<std::int64_t>(SystemClock().unix_seconds());
  {
    const test::ScopedVariable end("SLURM_JOB_END_TIME", std::to_string(now + 12));
    const RunSummary summary = study.run(graph, options);
    EXPECT_EQ(summary.exit_code, 75);
    EXPECT_TRUE(summary.failures.empty());
  }
  const test::ScopedVariable end("SLURM_JOB_END_TIME", std::to_string(now + 3600));
  EXPECT_EQ(study.run(graph, options).exit_code, 0);
  EXPECT_EQ(study.history(graph, "slow/a").attempts.size(), 2U);
}

TEST(RunStudy, StartsNothingMoreAfterAFailureWhereAskedTo) {
  const ToyStudy study(kWorker);
  RunOptions options = study.options(1);
  options.fail_fast = true;
  const test::ScopedVariable fault("EXITAUDIT_FAULT", "stage@source/*=throw");
  const RunSummary summary = study.run(toy_graph(), options);
  EXPECT_EQ(summary.failures.size(), 1U);
  EXPECT_EQ(summary.ran, 0U);
  EXPECT_GT(summary.left, 0U);
  EXPECT_EQ(summary.exit_code, 3);
  EXPECT_FALSE(summary.stopped);
}

TEST(RunStudy, RebuildsADamagedInputAndRepeatsTheReader) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  study.run(graph);
  const auto before = study.contents();
  // The reader has to run for the damage to be seen: its own artifact goes.
  flip_last_byte(study.artifact(graph, "source/b"));
  std::filesystem::remove(study.artifact(graph, "mix/b"));
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.exit_code, 0);
  EXPECT_EQ(summary.ran, 2U);
  EXPECT_EQ(study.contents(), before);
  EXPECT_EQ(study.history(graph, "mix/b").attempts[1].outcome, Outcome::kCorruptInput);
}

TEST(RunStudy, RebuildsAnArtifactWithADamagedSeal) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  study.run(graph);
  const auto before = study.contents();
  std::ofstream(study.artifact(graph, "source/a"), std::ios::trunc) << "no artifact";
  const RunSummary summary = study.run(graph);
  EXPECT_EQ(summary.ran, 1U);
  EXPECT_EQ(study.contents(), before);
}

TEST(RunStudy, LeavesDependentsAloneWhereARebuiltInputHasTheSameBytes) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  study.run(graph);
  std::filesystem::remove(study.artifact(graph, "source/b"));
  EXPECT_EQ(study.run(graph).ran, 1U);
}

TEST(RunStudy, RunsDependentsWhereARebuiltInputHasOtherBytes) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  study.run(graph);
  std::filesystem::remove(study.artifact(graph, "source/b"));
  const test::ScopedVariable salt("TOY_SALT", "another machine");
  EXPECT_EQ(study.run(graph).ran, 4U);
  EXPECT_EQ(study.run(graph).ran, 0U);
}

TEST(RunStudy, RunsOnlyWhatTheSelectedStagesNeed) {
  const ToyStudy study(kWorker);
  RunOptions options = study.options();
  options.selection.stages = {"source"};
  const RunSummary summary = study.run(toy_graph(), options);
  EXPECT_EQ(summary.ran, 2U);
  EXPECT_EQ(summary.not_asked, 3U);
}

TEST(RunStudy, LetsNoRankWaitForARankZeroThatCannotGoOn) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  RunOptions options = study.options();
  options.selection.stages = {"sauce"};
  const auto mailboxes = make_local_mailboxes(2);
  RunSummary other;
  std::jthread follower([&] { other = run_study(graph, options, *mailboxes[1]); });
  const std::string message = test::message_of([&] { run_study(graph, options, *mailboxes[0]); });
  follower.join();
  EXPECT_THAT(message, HasSubstr("did you mean \"source\"?"));
  EXPECT_EQ(other.exit_code, 2);
}

TEST(RunStudy, RefusesARankThatReadsAnotherStudy) {
  const ToyStudy study(kWorker);
  const auto mailboxes = make_local_mailboxes(2);
  mailboxes[0]->send(1, to_json(StartJob{0, std::string(64, '0'), "", "me", {}}));
  const std::string message = test::message_of([&] { run_study(toy_graph(), study.options(), *mailboxes[1]); });
  EXPECT_THAT(message, HasSubstr("rank 1"));
  EXPECT_THAT(message, HasSubstr("another study"));
}

TEST(RunStudy, CleansUpAfterDeadWriters) {
  const ToyStudy study(kWorker);
  const JobGraph graph = toy_graph();
  study.run(graph);
  const std::string done = graph.fingerprint(graph.index_of("mix/b"));
  std::filesystem::create_directories(StudyFolders{study.root()}.checkpoints(done));
  study.run(graph);
  EXPECT_FALSE(std::filesystem::exists(StudyFolders{study.root()}.checkpoints(done)));
}

}  // namespace
}  // namespace exitaudit
