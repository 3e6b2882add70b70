#include "pipeline/slurm/site.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SiteTest : public testing::Test {
 protected:
  Site load(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    const auto file = dir_.path() / "site.yaml";
    std::ofstream(file) << text;
    return load_site(file, overrides);
  }
  std::string fault(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    return test::message_of([&] { load(text, overrides); });
  }
  test::TempDir dir_;
};

TEST_F(SiteTest, LeavesToTheClusterWhatItDoesNotSay) {
  const Site site = load("mpi: pmi2\n");
  EXPECT_EQ(site.mpi, "pmi2");
  EXPECT_TRUE(site.requeue);
  EXPECT_EQ(site.compute.partition, "");
  EXPECT_EQ(site.compute.ranks(), 1);
}

TEST_F(SiteTest, HasARankAGpuUnlessToldOtherwise) {
  EXPECT_EQ(load("compute: {gpus_per_node: 8}\n").compute.ranks(), 8);
  EXPECT_EQ(load("compute: {gpus_per_node: 8, ranks_per_node: 2}\n").compute.ranks(), 2);
}

TEST_F(SiteTest, TakesSettingsOfOneAllocationOrOfAll) {
  std::vector<std::string> settings{"train.epochs=5", "site.memory=64G", "site.timing.minutes=30", "site.account=me"};
  const std::vector<std::string> taken = take_site_settings(settings);
  EXPECT_THAT(settings, ElementsAre("train.epochs=5"));
  const Site site = load("compute: {memory: 8G}\n", taken);
  EXPECT_EQ(site.compute.memory, "64G");
  EXPECT_EQ(site.timing.memory, "64G");
  EXPECT_EQ(site.report.memory, "64G");
  EXPECT_EQ(site.timing.minutes, 30);
  EXPECT_EQ(site.compute.minutes, 60);
  EXPECT_EQ(site.account, "me");
}

TEST_F(SiteTest, NamesEveryFaultWithItsPlace) {
  const std::string message = fault("partitoin: x\ncompute: {memory: lots}\n");
  EXPECT_THAT(message, HasSubstr("site.yaml:1:1: unknown key \"partitoin\""));
  EXPECT_THAT(
      fault("compute: {memory: lots}\n"),
      HasSubstr("site.yaml:1:19: compute.memory: expected a number with K, M, G or T behind it, as 64G, got \"lots\""));
}

TEST_F(SiteTest, RefusesWhatCannotStandInABatchScript) {
  EXPECT_THAT(fault("account: \"me; rm -rf x\"\n"), HasSubstr("cannot stand in a batch script"));
  EXPECT_THAT(fault("sbatch: [\"--reservation=a b\"]\n"), HasSubstr("expected options such as --reservation=night"));
  EXPECT_THAT(fault("srun: [overlap]\n"), HasSubstr("expected options"));
  EXPECT_THAT(fault("setup: [\"a\\nb\"]\n"), HasSubstr("one line of the script an entry"));
}

TEST_F(SiteTest, RefusesOptionsThatTheChainDependsOn) {
  EXPECT_THAT(
      fault("mpi: pmi2\nsbatch: [\"--comment=project42\"]\n"),
      HasSubstr("site.yaml:2:9: sbatch: \"--comment=project42\" sets --comment: submit knows its own jobs by it"));
  for (const char* option : {"--array=0-3",
                             "--dependency=singleton",
                             "-dsingleton",
                             "--output=x",
                             "-ox",
                             "--error=x",
                             "-ex",
                             "--chdir=/x",
                             "-D/x",
                             "--job-name=x",
                             "-Jx",
                             "--signal=USR1",
                             "--requeue",
                             "--no-requeue",
                             "--open-mode=truncate",
                             "--wait",
                             "-W",
                             "--parsable",
                             "--clusters=b",
                             "-Mb",
                             "--test-only",
                             "--no-kill",
                             "-k",
                             "--comm=cut-short",
                             "-HJx"}) {
    EXPECT_THAT(fault(std::string("sbatch: [\"") + option + "\"]\n"), HasSubstr(option)) << option;
  }
}

TEST_F(SiteTest, RefusesOptionsOfSrunThatALaunchDependsOn) {
  EXPECT_THAT(fault("mpi: pmi2\nsrun: [\"--kill-on-bad-exit=1\"]\n"),
              HasSubstr("site.yaml:2:7: srun: \"--kill-on-bad-exit=1\" sets --kill-on-bad-exit: all ranks leave"));
  for (const char* option : {"--mpi=pmi2",
                             "-N1",
                             "-n1",
                             "--ntasks=1",
                             "--ntasks-per-node=1",
                             "-c2",
                             "-K",
                             "-lK1",
                             "--wait=5",
                             "-W5",
                             "-k",
                             "-t5",
                             "--signal=USR1@5",
                             "-ox",
                             "--err=x",
                             "-D/x",
                             "--multi-prog",
                             "--pty",
                             "--jobid=5",
                             "-d5",
                             "--test-only",
                             "--tasks-per-node=1",
                             "-wnode1",
                             "--exclude=node1",
                             "-Fnodes",
                             "-r1",
                             "-Z"}) {
    EXPECT_THAT(fault(std::string("srun: [\"") + option + "\"]\n"), HasSubstr(std::string(option) + "\" sets --"))
        << option;
  }
  const Site site = load("srun: [--overlap, --exact, -l, -u, --cpu-bind=cores, --gpus-per-task=1, --mem-bind=local]\n");
  EXPECT_EQ(site.srun.size(), 7U);
}

TEST_F(SiteTest, NamesTheKeyOfAnOptionThatHasOne) {
  for (const auto& [option, key] : {std::pair{"--partition=x", "partition"},
                                    {"-px", "partition"},
                                    {"--nodes=2", "nodes"},
                                    {"-N2", "nodes"},
                                    {"--time=5", "minutes"},
                                    {"-t5", "minutes"},
                                    {"--mem=4G", "memory"},
                                    {"--account=x", "account"},
                                    {"-Ax", "account"},
                                    {"--qos=x", "qos"},
                                    {"-qx", "qos"},
                                    {"--constraint=x", "constraint"},
                                    {"-Cx", "constraint"},
                                    {"--ntasks=2", "ranks_per_node"},
                                    {"--tasks-per-node=2", "ranks_per_node"},
                                    {"--gpus-per-node=2", "gpus_per_node"},
                                    {"-c2", "cores_per_rank"}}) {
    EXPECT_THAT(fault(std::string("sbatch: [\"") + option + "\"]\n"), HasSubstr(std::string("use the key `") + key))
        << option;
  }
}

TEST_F(SiteTest, LetsOtherOptionsThrough) {
  const Site site = load(
      "sbatch: [--reservation=night, --mem-per-gpu=8G, --exclude=node7, --export=NONE, --gres=gpu:a100:4, -xnode7, "
      "--mail-type=END, --wait-all-nodes=1, --nice]\n");
  EXPECT_EQ(site.sbatch.size(), 9U);
}

TEST_F(SiteTest, RefusesATimeLimitThatIsAllWarning) {
  EXPECT_THAT(fault("warn_seconds: 120\nreport: {minutes: 3}\n"),
              HasSubstr("report.minutes: 3 minutes leave no time to work when the ranks are warned 120 s before"));
}

TEST_F(SiteTest, ReadsTheSitesThatShip) {
  const std::filesystem::path folder = std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "slurm";
  EXPECT_EQ(load_site(folder / "local.yaml").compute.nodes, 1);
  EXPECT_EQ(load_site(folder / "hgx.yaml").compute.ranks(), 8);
}

}  // namespace
}  // namespace exitaudit
