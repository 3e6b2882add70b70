#include "jobs/site_check.h"

#include <gmock/gmock.h>

#include "tests/support/scripted_slurm.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SiteCheck : public testing::Test {
 protected:
  Report report() {
    return [this](Finding finding, const std::string& what, const std::string& detail) {
      found_.push_back((finding == Finding::kProblem ? "PROBLEM " : "ok ") + what + ": " + detail);
    };
  }
  test::ScriptedSlurm slurm_;
  std::vector<std::string> found_;
};

TEST_F(SiteCheck, AsksTheControllerAboutTheScriptOfEveryLink) {
  Site site;
  site.compute = {.nodes = 4, .gpus_per_node = 8, .memory = "64G", .launches = 2000};
  site.timing.partition = "gpx";
  slurm_.answers = {{0, "MaxArraySize = 1001\n", ""},
                    {0, "", "sbatch: Job 7 to start at 2026-11-26T12:35:45 using 32 processors on nodes n[1-4]\n"},
                    {1, "", "sbatch: error: invalid partition specified: gpx\nallocation failure: Invalid\n"},
                    {0, "", "sbatch: Job 8 to start at 2026-11-26T12:35:45 using 1 processors on nodes n1\n"}};
  check_links(site, slurm_, report());
  EXPECT_THAT(found_,
              ElementsAre("ok compute script: could start at 2026-11-26T12:35:45 using 32 processors on nodes n[1-4]",
                          "PROBLEM timing script: invalid partition specified: gpx; allocation failure: Invalid",
                          "ok report script: could start at 2026-11-26T12:35:45 using 1 processors on nodes n1"));
  ASSERT_EQ(slurm_.scripts.size(), 3U);
  for (const char* line : {"--nodes=4\n", "--gpus-per-node=8\n", "--mem=64G\n", "--time=60\n", "--array=0-1000\n"}) {
    EXPECT_THAT(slurm_.scripts[0], HasSubstr(line));
  }
  EXPECT_THAT(slurm_.scripts[1], HasSubstr("--exclusive\n"));
}

TEST_F(SiteCheck, TestsANodeWithWhatComputeAsksOfOne) {
  Site site;
  site.srun = {"--overlap"};
  site.compute = {.nodes = 4, .gpus_per_node = 8, .cores_per_rank = 4, .memory = "64G", .minutes = 90, .launches = 3};
  slurm_.answers = {{0, "7\n", ""}, {0, "", ""}};
  check_node(site, slurm_, 5, report());
  ASSERT_EQ(slurm_.scripts.size(), 1U);
  for (const char* line : {"--nodes=1\n", "--ntasks-per-node=2\n", "--gpus-per-node=8\n", "--cpus-per-task=4\n",
                           "--mem=64G\n", "--time=1\n", "--no-requeue\n", "--overlap"}) {
    EXPECT_THAT(slurm_.scripts[0], HasSubstr(line));
  }
  EXPECT_THAT(slurm_.scripts[0], Not(HasSubstr("--array")));
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_THAT(found_[0], HasSubstr("the test job left no log here"));
}

TEST_F(SiteCheck, SharesTheCoresOfARankThatIsAlone) {
  Site site;
  site.compute.cores_per_rank = 8;
  slurm_.answers = {{1, "", "sbatch: Welcome\nsbatch: error: no such account\n"}};
  check_node(site, slurm_, 5, report());
  ASSERT_EQ(slurm_.scripts.size(), 1U);
  EXPECT_THAT(slurm_.scripts[0], HasSubstr("--ntasks-per-node=2\n"));
  EXPECT_THAT(slurm_.scripts[0], HasSubstr("--cpus-per-task=4\n"));
  EXPECT_THAT(found_, ElementsAre("PROBLEM compute node: sbatch failed with exit code 1: no such account"));
}

}  // namespace
}  // namespace exitaudit
