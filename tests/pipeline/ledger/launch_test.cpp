#include "pipeline/ledger/launch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <regex>
#include <thread>

#include "pipeline/base/files.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

constexpr double kLong = 3600;

fs::path heartbeat_of(const TempDir& folder, const LaunchIdentity& identity) {
  return folder / "launches" / (identity.launch + ".heartbeat");
}

void leave_heartbeat(const TempDir& folder, const LaunchIdentity& identity) {
  replace_file(heartbeat_of(folder, identity), to_json(identity));
}

/// Sets a heartbeat's last beat to `seconds` ago.
void age(const TempDir& folder, const LaunchIdentity& identity, double seconds) {
  const auto then = fs::last_write_time(heartbeat_of(folder, identity)) -
                    std::chrono::duration_cast<fs::file_time_type::duration>(std::chrono::duration<double>(seconds));
  fs::last_write_time(heartbeat_of(folder, identity), then);
}

bool wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 1000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST(LaunchIdentity, NamesTimeHostPidAndRandomDigits) {
  const LaunchIdentity self = this_launch();
  EXPECT_TRUE(std::regex_match(self.launch, std::regex("\\d{8}T\\d{6}-[A-Za-z0-9._]+-\\d+-[0-9a-f]{4}")))
      << self.launch;
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.pid_started, 0);
  EXPECT_EQ(self.host, host_name());
}

TEST(LaunchIdentity, SurvivesTheWayThroughJson) {
  LaunchIdentity self = this_launch();
  self.slurm_job = "42.1";
  const LaunchIdentity back = launch_identity_from_json(to_json(self));
  EXPECT_EQ(
      std::tie(back.launch, back.host, back.boot, back.pid_namespace, back.pid, back.pid_started, back.slurm_job),
      std::tie(self.launch, self.host, self.boot, self.pid_namespace, self.pid, self.pid_started, self.slurm_job));
}

TEST(LaunchIdentity, IsNobodyWhereTheTextIsDamaged) {
  for (const char* text : {"", "{", "[1]", "null", "{\"launch\": 7, \"pid\": \"x\"}", "\xff"}) {
    EXPECT_EQ(launch_identity_from_json(text).launch, "") << text;
  }
}

TEST(LaunchIdentity, CarriesTheSlurmJobAndItsRestarts) {
  ::setenv("SLURM_JOB_ID", "42", 1);
  EXPECT_EQ(this_launch().slurm_job, "42.0");
  ::setenv("SLURM_RESTART_COUNT", "3", 1);
  EXPECT_EQ(this_launch().slurm_job, "42.3");
  ::setenv("SLURM_ARRAY_JOB_ID", "40", 1);
  ::setenv("SLURM_ARRAY_TASK_ID", "7", 1);
  EXPECT_EQ(this_launch().slurm_job, "40_7.3");
  for (const char* name : {"SLURM_JOB_ID", "SLURM_RESTART_COUNT", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"}) {
    ::unsetenv(name);
  }
}

TEST(Heartbeat, LivesFromItsConstructionToItsEnd) {
  const TempDir folder;
  const LaunchIdentity self = this_launch();
  EXPECT_FALSE(launch_alive(folder.path(), self.launch, kLong));
  {
    const Heartbeat heartbeat(folder.path(), self, kLong);
    EXPECT_TRUE(launch_alive(folder.path(), self.launch, kLong));
  }
  EXPECT_FALSE(launch_alive(folder.path(), self.launch, kLong));
  EXPECT_TRUE(fs::is_empty(folder / "launches"));
}

TEST(Heartbeat, BeatsAgainAndAgain) {
  const TempDir folder;
  const LaunchIdentity self = this_launch();
  const Heartbeat heartbeat(folder.path(), self, 0.01);
  for (int i = 0; i < 2; ++i) {
    age(folder, self, 1000);
    EXPECT_TRUE(wait_until([&] { return launch_alive(folder.path(), self.launch, 60); }));
  }
}

TEST(Heartbeat, MakesItsFileAgainWhereSomebodyDeletedIt) {
  const TempDir folder;
  const LaunchIdentity self = this_launch();
  const Heartbeat heartbeat(folder.path(), self, 0.01);
  fs::remove_all(folder / "launches");
  EXPECT_TRUE(wait_until([&] { return launch_alive(folder.path(), self.launch, 60); }));
}

TEST(LaunchAlive, JudgesALaunchOfAnotherHostByItsSilence) {
  const TempDir folder;
  LaunchIdentity other = this_launch();
  other.host = "elsewhere";
  other.pid = 1 << 30;
  leave_heartbeat(folder, other);
  EXPECT_TRUE(launch_alive(folder.path(), other.launch, 60));
  age(folder, other, 50);
  EXPECT_TRUE(launch_alive(folder.path(), other.launch, 60));
  age(folder, other, 20);
  EXPECT_FALSE(launch_alive(folder.path(), other.launch, 60));
}

TEST(LaunchAlive, KnowsAtOnceThatAProcessOfThisHostIsGone) {
  const TempDir folder;
  LaunchIdentity gone = this_launch();
  gone.pid = 1 << 30;  // beyond the largest pid
  leave_heartbeat(folder, gone);
  EXPECT_FALSE(launch_alive(folder.path(), gone.launch, kLong));
}

TEST(LaunchAlive, KnowsAPidThatWasGivenAway) {
  const TempDir folder;
  LaunchIdentity earlier = this_launch();
  earlier.pid_started -= 1;
  leave_heartbeat(folder, earlier);
  EXPECT_FALSE(launch_alive(folder.path(), earlier.launch, kLong));
}

TEST(LaunchAlive, DoesNotJudgePidsOfAnotherContainer) {
  const TempDir folder;
  LaunchIdentity contained = this_launch();
  contained.pid = 1 << 30;
  contained.pid_namespace = "pid:[1]";
  leave_heartbeat(folder, contained);
  EXPECT_TRUE(launch_alive(folder.path(), contained.launch, kLong));
}

TEST(LaunchAlive, KnowsThatALaunchEndedWithAnEarlierBoot) {
  const TempDir folder;
  LaunchIdentity earlier = this_launch();
  earlier.boot = "an earlier boot";
  leave_heartbeat(folder, earlier);
  EXPECT_TRUE(launch_alive(folder.path(), earlier.launch, 1e12));  // beats now: another host of the same name
  age(folder, earlier, 1e8);                                       // since before this boot
  EXPECT_FALSE(launch_alive(folder.path(), earlier.launch, 1e12));
}

TEST(LaunchAlive, CountsAZombieAsGone) {
  const TempDir folder;
  const pid_t child = test::in_process([&] {
    leave_heartbeat(folder, this_launch());
    return 0;
  });
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);  // leaves it a zombie
  const std::string launch = fs::directory_iterator(folder / "launches")->path().stem().string();
  EXPECT_FALSE(launch_alive(folder.path(), launch, kLong));
  test::status_of(child);
}

TEST(LaunchAlive, CountsAStoppedProcessAsDeadOnlyAfterTheLimit) {
  const TempDir folder;
  const pid_t child = test::in_process([&] {
    leave_heartbeat(folder, this_launch());
    return ::raise(SIGSTOP);
  });
  ::waitpid(child, nullptr, WUNTRACED);
  LaunchIdentity stopped;
  stopped.launch = fs::directory_iterator(folder / "launches")->path().stem().string();
  EXPECT_TRUE(launch_alive(folder.path(), stopped.launch, 60));
  age(folder, stopped, 61);
  EXPECT_FALSE(launch_alive(folder.path(), stopped.launch, 60));
  ::kill(child, SIGKILL);
  test::status_of(child);
}

TEST(LaunchAlive, TakesADamagedHeartbeatForOneThatOnlyItsAgeJudges) {
  const TempDir folder;
  LaunchIdentity damaged;
  damaged.launch = "damaged";
  replace_file(heartbeat_of(folder, damaged), "{\"host\":");
  EXPECT_TRUE(launch_alive(folder.path(), "damaged", 60));
  age(folder, damaged, 61);
  EXPECT_FALSE(launch_alive(folder.path(), "damaged", 60));
}

}  // namespace
}  // namespace exitaudit
