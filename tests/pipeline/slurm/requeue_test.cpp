// What slurm/job.sbatch.in does when the ranks have ended: the script itself, run by bash, with a Slurm of three small
// scripts.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "pipeline/base/command_runner.h"
#include "pipeline/base/files.h"
#include "pipeline/slurm/batch_script.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// The end of a batch job: what its ranks' exit code and the controller's answer lead to.
class EndOfALaunch : public testing::Test {
 protected:
  EndOfALaunch() {
    std::filesystem::create_directory(dir_ / "bin");
    std::filesystem::create_directory(dir_ / "slurm logs");
    program("scontrol", "echo \"$*\" >>'" + (dir_ / "asked").string() + "'");
    program("sleep", "true");
    answer("echo RUNNING");
  }

  void program(const std::string& name, const std::string& body) {
    const std::filesystem::path file = dir_ / "bin" / name;
    std::ofstream(file) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  /// What squeue does when it is asked for the job's state.
  void answer(const std::string& body) { program("squeue", body); }

  /// Runs the script; `environment`: as Slurm sets it. Returns its exit code.
  int end_with(int code, const std::vector<std::string>& environment = {"SLURM_JOB_ID=17"}) {
    program("srun", "exit " + std::to_string(code));
    const BatchJob job{.link = Link::kCompute,
                       .study = "toy",
                       .token = "token",
                       .folder = dir_.path().string(),
                       .logs = (dir_ / "slurm logs").string(),
                       .command = {"/opt/exitaudit", "run", "toy.yaml"}};
    const std::string text =
        batch_script(read_file(std::string(EXITAUDIT_SOURCE_DIR) + "/slurm/job.sbatch.in"), job, site_);
    std::ofstream(dir_ / "script") << text;
    std::vector<std::string> words{"env", "-i", "PATH=" + (dir_ / "bin").string() + ":/usr/bin:/bin"};
    words.insert(words.end(), environment.begin(), environment.end());
    words.insert(words.end(), {"bash", (dir_ / "script").string()});
    const CommandResult result = SystemRunner(60).run(words);
    said_ = result.output + result.error;
    return result.status;
  }

  /// What scontrol was asked so far.
  std::string asked() const {
    return std::filesystem::exists(dir_ / "asked") ? read_file(dir_ / "asked") : std::string();
  }

  const test::TempDir dir_;
  Site site_;
  std::string said_;
};

TEST_F(EndOfALaunch, GoesBackIntoTheQueueWhereWorkIsLeft) {
  EXPECT_EQ(end_with(75), 75);
  EXPECT_EQ(asked(), "requeue 17\n");
}

TEST_F(EndOfALaunch, StaysEndedWhereAnotherTryWouldEndTheSameWay) {
  for (const int code : {0, 2, 3, 126, 127}) EXPECT_EQ(end_with(code), code);
  EXPECT_THAT(asked(), IsEmpty());
}

// `scontrol requeue` of the bare number would send all launches of the array back.
TEST_F(EndOfALaunch, NamesALaunchOfAnArrayByItsIndex) {
  answer("case $* in *--jobs=17_1*) echo RUNNING ;; *) printf 'RUNNING\\nRUNNING\\n' ;; esac");
  EXPECT_EQ(end_with(75, {"SLURM_JOB_ID=17", "SLURM_ARRAY_JOB_ID=17", "SLURM_ARRAY_TASK_ID=1"}), 75);
  EXPECT_EQ(asked(), "requeue 17_1\n");
}

TEST_F(EndOfALaunch, StaysCancelledWhereItWasCancelled) {
  for (const char* state : {"COMPLETING", "CANCELLED", "TIMEOUT", ""}) {
    answer(std::string("echo '") + state + "'");
    EXPECT_EQ(end_with(75), 75);
  }
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(EndOfALaunch, AsksABusyControllerAgain) {
  answer("cd '" + dir_.path().string() + "'; echo >>tries; [ $(wc -l <tries) -gt 2 ] && echo RUNNING");
  EXPECT_EQ(end_with(75), 75);
  EXPECT_EQ(asked(), "requeue 17\n");
}

TEST_F(EndOfALaunch, SaysWhatGoesOnWhereTheControllerStaysAway) {
  answer("exit 1");
  EXPECT_EQ(end_with(75), 75);
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(said_, HasSubstr("`exitaudit submit` goes on"));
}

TEST_F(EndOfALaunch, RepeatsALaunchWhoseRanksWereLostThreeTimesAtMost) {
  for (int time = 0; time < 5; ++time) EXPECT_EQ(end_with(137), 137);
  EXPECT_EQ(asked(), "requeue 17\nrequeue 17\nrequeue 17\n");
  EXPECT_THAT(said_, HasSubstr("`exitaudit submit` goes on"));
  EXPECT_EQ(end_with(137, {"SLURM_JOB_ID=18"}), 137) << "another job starts to count anew";
  EXPECT_THAT(asked(), HasSubstr("requeue 18\n"));
}

TEST_F(EndOfALaunch, LetsASetUpReadVariablesThatAreNotSet) {
  site_.setup = {"[ -n \"$CONDA_PREFIX\" ] || true"};
  EXPECT_EQ(end_with(0), 0);
}

TEST_F(EndOfALaunch, OutlivesASetUpThatEndsAtFaults) {
  site_.setup = {"set -e"};
  EXPECT_EQ(end_with(75), 75);
  EXPECT_EQ(asked(), "requeue 17\n");
}

TEST_F(EndOfALaunch, GoesBackNoMoreOftenThanTheSiteAllows) {
  site_.most_requeues = 5;
  end_with(75, {"SLURM_JOB_ID=17", "SLURM_RESTART_COUNT=5"});
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(said_, HasSubstr("after 5 restarts, all that the site allows"));
  site_.requeue = false;
  end_with(75);
  EXPECT_THAT(asked(), IsEmpty());
}

}  // namespace
}  // namespace exitaudit
