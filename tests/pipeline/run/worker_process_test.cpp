#include "pipeline/run/worker_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>

#include "pipeline/base/clock.h"
#include "pipeline/run/job_order.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::HasSubstr;

std::vector<std::string> lines_until_death(WorkerProcess& worker) {
  std::vector<std::string> lines;
  for (int i = 0; i < 15000 && !worker.death(); ++i) {
    for (std::string& line : worker.poll()) lines.push_back(std::move(line));
    SystemClock().sleep_seconds(0.002);
  }
  EXPECT_TRUE(worker.death());
  return lines;
}

TEST(JudgeDeath, BlamesTheJobForSignalsOfItsOwnMaking) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    EXPECT_EQ(judge_death(signal).outcome, Outcome::kCrashed);
  }
  EXPECT_THAT(judge_death(SIGSEGV).message, HasSubstr("signal 11 (SIGSEGV)"));
  EXPECT_EQ(judge_death(W_EXITCODE(3, 0)).outcome, Outcome::kCrashed);
}

TEST(JudgeDeath, BlamesTheWorldForSignalsFromOutside) {
  for (const int signal : {SIGKILL, SIGTERM, SIGHUP}) EXPECT_EQ(judge_death(signal).outcome, Outcome::kLost);
  EXPECT_EQ(judge_death(SIGKILL).message, "killed by signal 9 (SIGKILL), from outside or by the out-of-memory killer");
}

TEST(JudgeDeath, ReadsSignalsOfRanksFromTheExitCodeOfTheirLauncher) {
  EXPECT_EQ(judge_death(W_EXITCODE(128 + SIGSEGV, 0)).outcome, Outcome::kCrashed);
  EXPECT_EQ(judge_death(W_EXITCODE(128 + SIGKILL, 0)).outcome, Outcome::kLost);
  EXPECT_THAT(judge_death(W_EXITCODE(128 + SIGKILL, 0)).message, HasSubstr("a rank was killed by signal 9 (SIGKILL)"));
  EXPECT_THAT(judge_death(W_EXITCODE(255, 0)).message, HasSubstr("exit code 255"));
}

TEST(WorkerProcess, HandsOutWhatADeadWorkerSaidLast) {
  const test::TempDir dir;
  WorkerProcess worker({"/bin/sh", "-c", "printf 'one\\ntwo\\nhalf' >&4; kill -9 $$"}, dir / "log");
  EXPECT_EQ(lines_until_death(worker), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(worker.death()->outcome, Outcome::kLost);
}

TEST(WorkerProcess, TakesOrdersLargerThanAPipe) {
  const test::TempDir dir;
  WorkerProcess worker({"/bin/sh", "-c", "sleep 0.1; head -n 1 <&3 | wc -c >&4"}, dir / "log");
  worker.send(std::string(1'000'000, 'x'));
  EXPECT_NE(worker.order_descriptor(), -1);
  EXPECT_EQ(lines_until_death(worker), std::vector<std::string>{"1000001"});
}

TEST(WorkerProcess, SurvivesOrdersToTheDead) {
  ::signal(SIGPIPE, SIG_IGN);
  const test::TempDir dir;
  WorkerProcess worker({"/bin/false"}, dir / "log");
  lines_until_death(worker);
  worker.send("too late");
  EXPECT_THAT(worker.poll(), testing::IsEmpty());
  EXPECT_THAT(worker.death()->message, HasSubstr("exit code 1"));
}

TEST(WorkerProcess, InheritsNothingButItsOwn) {
  const test::TempDir dir;
  ::setenv("OMPI_COMM_WORLD_RANK", "3", 1);
  const int leaked = ::dup(STDERR_FILENO);
  WorkerProcess worker({"/bin/sh", "-c", "ls /proc/self/fd | wc -l >&4; echo rank=$OMPI_COMM_WORLD_RANK >&4"},
                       dir / "log");
  const auto lines = lines_until_death(worker);
  ::close(leaked);
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  // 0 to 4, and the one that ls itself opens.
  EXPECT_EQ(lines, (std::vector<std::string>{"6", "rank="}));
}

TEST(WorkerProcess, LeavesWhenItsOrdersEnd) {
  const test::TempDir dir;
  WorkerProcess worker({EXITAUDIT_FAKE_WORKER, "worker"}, dir / "log");
  worker.end_orders();
  lines_until_death(worker);
  EXPECT_THAT(worker.death()->message, HasSubstr("exit code 0"));
}

TEST(WorkerProcess, AnswersAnOrderThatItCannotUnderstand) {
  const test::TempDir dir;
  WorkerProcess worker({EXITAUDIT_FAKE_WORKER, "worker"}, dir / "log");
  worker.send("sing");
  worker.end_orders();
  const auto lines = lines_until_death(worker);
  ASSERT_EQ(lines.size(), 1U);
  const JobResult result = job_result_from_json(lines[0].substr(7));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("cannot be understood"));
}

}  // namespace
}  // namespace exitaudit
