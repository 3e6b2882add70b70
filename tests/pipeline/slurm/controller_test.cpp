#include "pipeline/slurm/controller.h"

#include <gmock/gmock.h>

#include "pipeline/base/error.h"
#include "tests/support/scripted_slurm.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ControllerTest : public testing::Test {
 protected:
  test::ScriptedSlurm slurm_;
  ManualClock clock_;
  Controller controller_{slurm_, clock_};
};

const CommandResult kBusy{1, "", "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"};

TEST_F(ControllerTest, SubmitsBehindOthers) {
  slurm_.answers = {{0, "17\n", ""}};
  EXPECT_EQ(controller_.submit("a.sbatch", "token", {"3", "5"}), "17");
  EXPECT_THAT(slurm_.asked[0], ElementsAre("sbatch", "--parsable", "--dependency=afterany:3:5",
                                           "--kill-on-invalid-dep=yes", "a.sbatch"));
}

TEST_F(ControllerTest, TakesTheNumberOutOfAClustersAnswer) {
  slurm_.answers = {{0, "17;tiger\n", ""}};
  EXPECT_EQ(controller_.submit("a.sbatch", "token", {}), "17");
}

TEST_F(ControllerTest, TriesAgainWhereTheControllerIsBusy) {
  const double before = clock_.unix_seconds();
  slurm_.answers = {kBusy, {0, "", ""}, kBusy, {0, "", ""}, {0, "18\n", ""}};
  EXPECT_EQ(controller_.submit("a.sbatch", "token", {}), "18");
  EXPECT_EQ(slurm_.asked.size(), 5U);
  EXPECT_GE(clock_.unix_seconds() - before, 5);
}

TEST_F(ControllerTest, SubmitsOnceWhereAFailedCallWasHeard) {
  slurm_.answers = {kBusy, {0, "41_0|PENDING|N/A|token|Priority\n41_1|PENDING|N/A|token|Priority\n", ""}};
  EXPECT_EQ(controller_.submit("a.sbatch", "token", {}), "41");
  EXPECT_EQ(slurm_.asked.size(), 2U);
}

TEST_F(ControllerTest, PassesOnARefusalAtOnce) {
  slurm_.answers = {{1, "", "sbatch: error: invalid partition specified: gpx\nsbatch: error: more\n"}};
  EXPECT_EQ(test::message_of([&] { controller_.submit("a.sbatch", "token", {}); }),
            "sbatch failed with exit code 1: invalid partition specified: gpx; more");
  EXPECT_EQ(slurm_.asked.size(), 1U);
}

TEST_F(ControllerTest, FindsTheCauseBehindABanner) {
  slurm_.answers = {{1, "", "sbatch: Welcome to Tiger!\nsbatch: error: invalid partition specified: gpx\n"},
                    {1, "", "sbatch: Welcome to Tiger!\nallocation failure: Invalid feature specification\n"}};
  EXPECT_EQ(test::message_of([&] { controller_.submit("a.sbatch", "token", {}); }),
            "sbatch failed with exit code 1: invalid partition specified: gpx");
  EXPECT_EQ(controller_.try_out("a.sbatch").words, "allocation failure: Invalid feature specification");
}

// Slurm 22.05 calls all an error that a site's own plugin says of a job that it refuses.
TEST_F(ControllerTest, PassesOnASitesOwnWords) {
  slurm_.answers = {{1, "",
                     "sbatch: error: Welcome to Tiger!\nsbatch: error: this partition demands a GPU\n"
                     "sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification\n"}};
  EXPECT_THAT(test::message_of([&] { controller_.submit("a.sbatch", "token", {}); }),
              HasSubstr("Welcome to Tiger!; this partition demands a GPU; Batch job submission failed: Invalid"));
}

TEST_F(ControllerTest, TriesAScriptOutWithoutHandingItIn) {
  slurm_.answers = {kBusy,
                    {0, "",
                     "sbatch: Welcome to Tiger!\nsbatch: Job 7 to start at 2026-11-26T12:35:45 using 3 processors on "
                     "nodes node[1-3] in partition main\n"},
                    {0, "", ""}};
  const Trial trial = controller_.try_out("a.sbatch");
  EXPECT_TRUE(trial.fits);
  EXPECT_EQ(trial.words, "could start at 2026-11-26T12:35:45 using 3 processors on nodes node[1-3] in partition main");
  EXPECT_THAT(slurm_.asked[1], ElementsAre("sbatch", "--test-only", "a.sbatch"));
  EXPECT_EQ(controller_.try_out("a.sbatch").words, "Slurm would take it") << "where it says so in other words";
}

TEST_F(ControllerTest, PassesOnWhatSlurmHasAgainstAScript) {
  slurm_.answers = {{1, "", "sbatch: error: Invalid generic resource (gres) specification\n"}};
  const Trial trial = controller_.try_out("a.sbatch");
  EXPECT_FALSE(trial.fits);
  EXPECT_EQ(trial.words, "Invalid generic resource (gres) specification");
}

TEST_F(ControllerTest, GivesUpOnAControllerThatStaysAway) {
  slurm_.answers.assign(4, {1, "", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"});
  EXPECT_THAT(test::message_of([&] { controller_.queue(); }), HasSubstr("Unable to contact slurm controller"));
  EXPECT_EQ(slurm_.asked.size(), 4U);
}

TEST_F(ControllerTest, AsksABusyControllerOnceWhereThatIsWished) {
  const double before = clock_.unix_seconds();
  slurm_.answers = {kBusy, {0, "", ""}};
  EXPECT_THAT(test::message_of([&] { Controller(slurm_, clock_, Tries::kOne).queue(); }),
              HasSubstr("Socket timed out"));
  EXPECT_EQ(slurm_.asked.size(), 1U);
  EXPECT_EQ(clock_.unix_seconds(), before);
}

TEST_F(ControllerTest, SaysThatThereWasNoAnswerInTime) {
  slurm_.answers.assign(4, {124, "", ""});
  EXPECT_EQ(test::message_of([&] { controller_.queue(); }), "squeue gave no answer in time");
}

TEST_F(ControllerTest, SaysThatThereIsNoSlurm) {
  slurm_.answers = {{127, "", ""}};
  EXPECT_EQ(test::message_of([&] { controller_.queue(); }),
            "there is no squeue on this machine: Slurm is not installed here");
}

TEST_F(ControllerTest, DoesNotTakeAnythingForAJobsNumber) {
  slurm_.answers = {{0, "Submitted batch job 7\n", ""}};
  EXPECT_THAT(test::message_of([&] { controller_.submit("a.sbatch", "token", {}); }), HasSubstr("is no job's number"));
}

TEST_F(ControllerTest, LetsAWaitingJobWaitForMore) {
  slurm_.answers = {{0, "", ""}, {1, "", "slurm_update error: Job is no longer pending execution"}};
  EXPECT_TRUE(controller_.wait_for("9", {"3", "5"}));
  EXPECT_THAT(slurm_.asked[0], ElementsAre("scontrol", "update", "JobId=9", "Dependency=afterany:3:5"));
  EXPECT_FALSE(controller_.wait_for("9", {"3"}));
}

TEST_F(ControllerTest, ReadsTheQueue) {
  slurm_.answers = {{0,
                     "12_0|RUNNING|2026-11-24T10:00:00|exitaudit:a|None\n"
                     "13|PENDING|N/A|(null)|Dependency\nrubbish\n",
                     ""}};
  const auto jobs = controller_.queue();
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].id, "12_0");
  EXPECT_EQ(jobs[0].token, "exitaudit:a");
  EXPECT_EQ(jobs[1].reason, "Dependency");
  EXPECT_FALSE(jobs[0].ended());
}

TEST_F(ControllerTest, AsksHowLargeAnArrayMayBe) {
  slurm_.answers = {{0, "Configuration data\nMaxArraySize            = 1001\nMaxJobCount = 10000\n", ""},
                    {1, "", "no"}};
  EXPECT_EQ(controller_.most_launches(), 1001);
  EXPECT_EQ(controller_.most_launches(), 1001) << "Slurm's own default where it does not tell";
}

TEST_F(ControllerTest, CancelsAllInOneCall) {
  slurm_.answers = {{0, "", ""}};
  controller_.cancel({"3", "4"});
  controller_.cancel({});
  ASSERT_EQ(slurm_.asked.size(), 1U);
  EXPECT_THAT(slurm_.asked[0], ElementsAre("scancel", "3", "4"));
}

TEST(SystemRunner, TellsWhatAProgramSaidAndHowItEnded) {
  SystemRunner runner(20);
  const CommandResult result = runner.run({"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.error, "err\n");
  EXPECT_EQ(runner.run({"there-is-no-such-program"}).status, 127);
  EXPECT_EQ(runner.run({"sh", "-c", "kill -9 $$"}).status, 137);
}

TEST(SystemRunner, EndsWhatTakesTooLong) {
  EXPECT_EQ(SystemRunner(0.2).run({"sleep", "60"}).status, 124);
}

TEST(SystemRunner, HidesASecret) {
  ::setenv("EXITAUDIT_TEST_SECRET", "hush", 1);
  EXPECT_EQ(SystemRunner(20, {"EXITAUDIT_TEST_SECRET"}).run({"sh", "-c", "echo \"[$EXITAUDIT_TEST_SECRET]\""}).output,
            "[]\n");
  ::unsetenv("EXITAUDIT_TEST_SECRET");
}

}  // namespace
}  // namespace exitaudit
