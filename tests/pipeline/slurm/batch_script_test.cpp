#include "pipeline/slurm/batch_script.h"

#include <gmock/gmock.h>

#include "pipeline/base/files.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::HasSubstr;
using testing::Not;

BatchJob job(Link link, std::int64_t launches = 1) {
  return {.link = link,
          .study = "toy",
          .token = "exitaudit:toy:1",
          .folder = "/there",
          .logs = "/there/runs/toy/slurm",
          .command = {"/opt/exitaudit", "run", "my study.yaml"},
          .launches = launches};
}

std::string script(const BatchJob& job, const Site& site) {
  return batch_script(read_file(std::string(EXITAUDIT_SOURCE_DIR) + "/slurm/job.sbatch.in"), job, site);
}

TEST(BatchScript, StartsTheRanksOfAnAllocation) {
  Site site;
  site.mpi = "pmi2";
  site.account = "me";
  site.setup = {"module load openmpi"};
  site.compute = {
      .partition = "gpu", .nodes = 2, .gpus_per_node = 8, .cores_per_rank = 4, .memory = "64G", .minutes = 90};
  const std::string text = script(job(Link::kCompute), site);
  for (const char* line :
       {"#SBATCH --job-name=exitaudit-toy-compute\n", "#SBATCH --comment=exitaudit:toy:1\n", "#SBATCH --account=me\n",
        "#SBATCH --partition=gpu\n", "#SBATCH --nodes=2\n", "#SBATCH --ntasks-per-node=8\n",
        "#SBATCH --gpus-per-node=8\n", "#SBATCH --mem=64G\n", "#SBATCH --time=90\n", "#SBATCH --requeue\n",
        "#SBATCH --signal=USR2@120\n", "#SBATCH --output=/there/runs/toy/slurm/compute-%j.log\n",
        "\nmodule load openmpi\n",
        "\nsrun --mpi=pmi2 --cpus-per-task=4 --kill-on-bad-exit=0 --wait=60 /opt/exitaudit run 'my study.yaml'\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("--exclusive")));
  EXPECT_THAT(text, Not(HasSubstr("--array")));
  EXPECT_THAT(text, Not(HasSubstr("--qos")));
}

TEST(BatchScript, KeepsTheShellFromReadingOptionsOfSrun) {
  Site site;
  site.srun = {"--constraint=a|b", "--overlap"};
  EXPECT_THAT(script(job(Link::kCompute), site), HasSubstr(" --wait=60 '--constraint=a|b' --overlap /opt/exitaudit"));
}

TEST(BatchScript, MakesAnArrayOfSeveralLaunches) {
  const std::string text = script(job(Link::kCompute, 3), {});
  EXPECT_THAT(text, HasSubstr("#SBATCH --array=0-2\n"));
  EXPECT_THAT(text, HasSubstr("compute-%A_%a.log\n"));
}

TEST(BatchScript, KeepsSlurmFromReadingPatternsIntoAFoldersName) {
  BatchJob odd = job(Link::kCompute);
  odd.logs = "/there/50%j off";
  const std::string text = script(odd, {});
  EXPECT_THAT(text, HasSubstr("#SBATCH --output='/there/50%%j off/compute-%j.log'\n"));
  EXPECT_THAT(text, HasSubstr("'/there/50%j off'/\"lost-$job\""));
  EXPECT_EQ(log_file(odd.logs, Link::kCompute, "7"), "/there/50%j off/compute-7.log");
}

TEST(BatchScript, ReadsTheClockOnNodesOfItsOwn) {
  EXPECT_THAT(script(job(Link::kTiming), {}), HasSubstr("#SBATCH --exclusive\n"));
}

TEST(BatchScript, ReportsWithoutRanks) {
  Site site;
  site.report.gpus_per_node = 8;
  const std::string text = script(job(Link::kReport), site);
  EXPECT_THAT(text, Not(HasSubstr("srun")));
  EXPECT_THAT(text, Not(HasSubstr("gpus")));
}

TEST(BatchScript, NeverRequeuesWhereTheSiteDoesNotWantIt) {
  Site site;
  site.requeue = false;
  const std::string text = script(job(Link::kCompute), site);
  EXPECT_THAT(text, HasSubstr("#SBATCH --no-requeue\n"));
  EXPECT_THAT(text, HasSubstr("\"${SLURM_RESTART_COUNT:-0}\" -ge 0 ]"));
}

TEST(BatchScript, NamesAPartOfATemplateThatThereIsNot) {
  EXPECT_EQ(
      test::message_of([] { batch_script("#!/bin/sh\n@@COMAND@@\n", job(Link::kCompute), {}); }),
      "the template of batch scripts names @@COMAND@@; its parts are COMMAND, LOGS, OPTIONS, REQUEUES, SECONDS, SETUP");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("train.epochs=5"), "train.epochs=5");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace exitaudit
