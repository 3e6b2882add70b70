// exitaudit status beside a Slurm whose squeue is a script; on a real one it is tests/slurm's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/base/clock.h"
#include "pipeline/base/files.h"
#include "pipeline/ledger/launch.h"
#include "pipeline/slurm/submissions.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSmoke = (std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "configs/smoke.yaml").string();

class StatusCommand : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(slurm());
    add_submission(slurm() / "submissions.jsonl", {.link = Link::kCompute, .id = "12", .token = "exitaudit:c"});
    add_submission(slurm() / "submissions.jsonl", {.link = Link::kReport, .id = "13", .token = "exitaudit:r"});
    std::ofstream(slurm() / "compute-12.log") << "slurm_script: line 20: cd: /nowhere: No such file or directory\n";
    path_ = std::getenv("PATH");
    ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  std::filesystem::path slurm() const { return folder_ / "smoke" / "slurm"; }
  /// `text`: lines of a shell; each call is counted.
  void squeue(const std::string& text) {
    const std::filesystem::path script = folder_ / "squeue";
    std::ofstream(script) << "#!/bin/sh\necho asked >>" << (folder_ / "calls").string() << "\n" << text << "\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  }
  std::size_t calls() const {
    const std::string text = read_file(folder_ / "calls");
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  std::string status(const std::vector<std::string>& flags = {}) {
    std::vector<std::string> words{"exitaudit", "status", kSmoke, "--root", folder_.path().string()};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStdout();
    EXPECT_EQ(run_program(static_cast<int>(argv.size()), argv.data()), kExitDone);
    return testing::internal::GetCapturedStdout();
  }
  nlohmann::json status_json() { return nlohmann::json::parse(status({"--json"})); }

  test::TempDir folder_;
  std::string path_;
};

TEST_F(StatusCommand, ShowsWhatTheLogOfADeadLaunchEndsWith) {
  squeue("");
  EXPECT_THAT(status(), HasSubstr("\nSlurm has no job of this study any more\n"
                                  "last launch: compute, Slurm job 12\n"
                                  "  log: " +
                                  (slurm() / "compute-12.log").string() +
                                  "\n"
                                  "  | slurm_script: line 20: cd: /nowhere: No such file or directory\n"
                                  "61 jobs are left to run; `exitaudit submit` goes on\n"));
  const nlohmann::json json = status_json();
  EXPECT_EQ(json["last_launch"]["id"], "12");
  EXPECT_EQ(json["last_launch"]["log"], (slurm() / "compute-12.log").string());
  EXPECT_EQ(json["last_launch"]["tail"].size(), 1U);
  EXPECT_EQ(json["left"]["jobs"], 61);
  EXPECT_EQ(json["left"]["running"], 0);
  EXPECT_TRUE(json["left"]["at_least_seconds"].is_null());
  EXPECT_TRUE(json["slurm_fault"].is_null());
}

TEST_F(StatusCommand, SaysThatADeadLaunchLeftNoLog) {
  squeue("");
  std::filesystem::remove(slurm() / "compute-12.log");
  EXPECT_THAT(status(), HasSubstr("it left no log"));
  EXPECT_TRUE(status_json()["last_launch"]["log"].is_null());
}

TEST_F(StatusCommand, BlamesNoLaunchWhileOneIsOnItsWay) {
  squeue("echo '13|PENDING|N/A|exitaudit:r|Dependency'");
  EXPECT_THAT(status(), Not(HasSubstr("last launch")));
  EXPECT_TRUE(status_json()["last_launch"].is_null());
}

TEST_F(StatusCommand, AsksASilentControllerOnceAndTellsIt) {
  squeue("echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1");
  const std::string text = status();
  EXPECT_THAT(text, HasSubstr("left: about"));
  EXPECT_THAT(text, HasSubstr("Slurm does not answer (squeue failed with exit code 1"));
  EXPECT_THAT(text, Not(HasSubstr("last launch"))) << "it may still run";
  EXPECT_EQ(calls(), 1U);
  const nlohmann::json json = status_json();
  EXPECT_THAT(json["slurm_fault"].get<std::string>(), HasSubstr("Unable to contact"));
  EXPECT_TRUE(json["slurm"].empty());
  EXPECT_TRUE(json["last_launch"].is_null());
  EXPECT_EQ(calls(), 2U);
}

TEST_F(StatusCommand, NamesAFewOfManyRunningJobs) {
  squeue("echo '12|RUNNING|N/A|exitaudit:c|None'");
  const Study study = open_study({.file = kSmoke, .overrides = {}, .root = folder_.path().string()});
  const LaunchIdentity self = this_launch();
  std::filesystem::create_directories(study.folders.ledger());
  const Heartbeat heartbeat(study.folders.ledger(), self, 10);
  LedgerWriter ledger(study.folders.ledger(), {.launch = self.launch, .host = "node7", .version = "", .command = ""});
  const auto start = [&](std::size_t job) {
    Attempt attempt;
    attempt.job = study.graph.job(job).id;
    attempt.fingerprint = study.graph.fingerprint(job);
    attempt.stage = study.graph.job(job).stage.name;
    attempt.launch = self.launch;
    attempt.host = "node7";
    attempt.started = SystemClock().unix_seconds();
    ledger.start(attempt);
  };
  for (std::size_t job = 0; job < 8; ++job) start(job);
  EXPECT_THAT(status(), Not(HasSubstr("more\n")));
  start(8);
  start(9);
  const std::string text = status();
  EXPECT_THAT(text, HasSubstr("\n\nrunning: " + study.graph.job(0).id + " on node7\n"));
  EXPECT_THAT(text, HasSubstr("running: " + study.graph.job(7).id + " on node7\nand 2 more\n"));
  EXPECT_THAT(text, HasSubstr(" in 61 jobs; 10 run now: at least "));
}

TEST_F(StatusCommand, WatchesOnWhileSlurmIsSilent) {
  const std::string first = (folder_ / "first").string();
  squeue("[ -e " + first + " ] || { touch " + first + "; echo 'Unable to contact slurm controller' >&2; exit 1; }");
  const std::string text = status({"--watch", "--every", "1"});
  EXPECT_EQ(calls(), 2U);
  EXPECT_THAT(text, HasSubstr("Slurm does not answer"));
  EXPECT_THAT(text, HasSubstr("Slurm has no job of this study any more"));
}

}  // namespace
}  // namespace exitaudit
