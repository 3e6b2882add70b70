#include "pipeline/ledger/lease.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/base/files.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

constexpr double kLimit = 60;

/// A launch that lives as long as this object.
struct LivingLaunch {
  explicit LivingLaunch(const TempDir& folder) : table(folder.path(), identity, kLimit) {
    heartbeat = std::make_unique<Heartbeat>(folder.path(), identity, 10);
  }
  LaunchIdentity identity = this_launch();
  LeaseTable table;
  std::unique_ptr<Heartbeat> heartbeat;
};

/// A process that takes the lease "f", and dies of SIGKILL with it.
void die_holding_a_lease(const TempDir& folder) {
  const int status = test::status_of(test::in_process([&] {
    const LivingLaunch launch(folder);
    return launch.table.self().pid == ::getpid() && LeaseTable(launch.table).acquire("f") ? ::raise(SIGKILL) : 1;
  }));
  ASSERT_TRUE(WIFSIGNALED(status));
}

/// Only the lease itself remains, nothing held aside.
std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(LeaseTable, GivesALeaseToOneLivingLaunch) {
  const TempDir folder;
  LivingLaunch first(folder);
  LivingLaunch second(folder);
  EXPECT_TRUE(first.table.acquire("f"));
  EXPECT_TRUE(first.table.acquire("f"));  // ours already
  EXPECT_FALSE(second.table.acquire("f"));
  EXPECT_TRUE(second.table.acquire("g"));
  EXPECT_TRUE(lease_names(first.table.path("f"), first.identity.launch));
  EXPECT_FALSE(lease_names(first.table.path("f"), second.identity.launch));
}

TEST(LeaseTable, LiesInTheFolderThatTheHeaderNames) {
  const TempDir folder;
  EXPECT_EQ(LeaseTable(folder.path(), this_launch(), kLimit).path("f"), folder / "leases/f");
}

TEST(LeaseTable, GivesALeaseOnAfterItsRelease) {
  const TempDir folder;
  LivingLaunch first(folder);
  LivingLaunch second(folder);
  ASSERT_TRUE(first.table.acquire("f"));
  second.table.release("f");  // not its own: nothing happens
  EXPECT_TRUE(lease_names(first.table.path("f"), first.identity.launch));
  first.table.release("f");
  EXPECT_FALSE(fs::exists(first.table.path("f")));
  first.table.release("f");  // gone already: nothing happens
  EXPECT_TRUE(second.table.acquire("f"));
}

TEST(LeaseTable, TakesTheLeaseOfADeadProcessAtOnce) {
  const TempDir folder;
  die_holding_a_lease(folder);
  ASSERT_TRUE(fs::exists(folder / "leases/f"));
  LivingLaunch heir(folder);
  EXPECT_TRUE(heir.table.acquire("f"));
  EXPECT_TRUE(lease_names(heir.table.path("f"), heir.identity.launch));
  EXPECT_EQ(files_in(folder / "leases"), 1U);
}

TEST(LeaseTable, TakesTheLeaseOfALaunchThatFellSilentAndTheOwnerLearnsIt) {
  const TempDir folder;
  LaunchIdentity silent = this_launch();
  silent.host = "elsewhere";
  const fs::path beat = folder / "launches" / (silent.launch + ".heartbeat");
  replace_file(beat, to_json(silent));
  LeaseTable theirs(folder.path(), silent, kLimit);
  ASSERT_TRUE(theirs.acquire("f"));
  LivingLaunch heir(folder);
  EXPECT_FALSE(heir.table.acquire("f"));
  fs::last_write_time(beat, fs::last_write_time(beat) - std::chrono::seconds(61));
  EXPECT_TRUE(heir.table.acquire("f"));
  EXPECT_FALSE(lease_names(theirs.path("f"), silent.launch));
  theirs.release("f");
  EXPECT_TRUE(lease_names(heir.table.path("f"), heir.identity.launch));
  EXPECT_FALSE(theirs.acquire("f"));
}

TEST(LeaseTable, TakesALeaseThatADeadTakerWasAboutToTake) {
  const TempDir folder;
  LaunchIdentity dead = this_launch();  // has no heartbeat
  for (const char* name : {"f", "f.takeover", "f.takeover.takeover"}) {
    dead.launch = name;
    replace_file(folder / "leases" / name, to_json(dead));
  }
  LivingLaunch heir(folder);
  EXPECT_TRUE(heir.table.acquire("f"));
  EXPECT_TRUE(lease_names(heir.table.path("f"), heir.identity.launch));
  EXPECT_EQ(files_in(folder / "leases"), 1U);
}

TEST(LeaseTable, LeavesALeaseToTheLivingLaunchThatIsTakingIt) {
  const TempDir folder;
  LaunchIdentity dead = this_launch();
  replace_file(folder / "leases/f", to_json(dead));
  LivingLaunch taker(folder);
  replace_file(folder / "leases/f.takeover", to_json(taker.identity));
  LivingLaunch other(folder);
  EXPECT_FALSE(other.table.acquire("f"));
  EXPECT_TRUE(taker.table.acquire("f"));
}

TEST(LeaseTable, TakesADamagedLease) {
  const TempDir folder;
  LivingLaunch launch(folder);
  for (const char* text : {"", "{\"laun", "{\"launch\":\"../x\"}"}) {
    replace_file(launch.table.path("f"), text);
    EXPECT_TRUE(launch.table.acquire("f")) << text;
    launch.table.release("f");
  }
}

TEST(LeaseNames, IsFalseWhereThereIsNoLease) {
  const TempDir folder;
  EXPECT_FALSE(lease_names(folder / "leases/f", "anybody"));
}

/// How many of the launches get the lease "f" when all ask at once.
int race(std::vector<std::unique_ptr<LivingLaunch>>& launches) {
  std::barrier start(static_cast<std::ptrdiff_t>(launches.size()));
  std::atomic<int> winners = 0;
  std::vector<std::thread> threads;
  for (auto& launch : launches) {
    threads.emplace_back([&start, &winners, &launch] {
      start.arrive_and_wait();
      if (launch->table.acquire("f")) ++winners;
    });
  }
  for (std::thread& thread : threads) thread.join();
  return winners;
}

TEST(LeaseTable, HasOneWinnerOfEveryRace) {
  const TempDir folder;
  std::vector<std::unique_ptr<LivingLaunch>> launches;
  for (int i = 0; i < 4; ++i) launches.push_back(std::make_unique<LivingLaunch>(folder));
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(race(launches), 1) << round;
    fs::remove(folder / "leases/f");
  }
}

TEST(LeaseTable, HasOneWinnerOfEveryRaceForADeadLaunchsLease) {
  const TempDir folder;
  std::vector<std::unique_ptr<LivingLaunch>> launches;
  for (int i = 0; i < 4; ++i) launches.push_back(std::make_unique<LivingLaunch>(folder));
  LaunchIdentity dead = this_launch();  // has no heartbeat
  for (int round = 0; round < 50; ++round) {
    dead.launch = "dead" + std::to_string(round);
    replace_file(folder / "leases/f", to_json(dead));
    EXPECT_EQ(race(launches), 1) << round;
    int named = 0;
    for (auto& launch : launches) named += lease_names(folder / "leases/f", launch->identity.launch) ? 1 : 0;
    EXPECT_EQ(named, 1) << round;
    EXPECT_EQ(files_in(folder / "leases"), 1U) << round;
  }
}

/// Asks for the lease, reports '1' or '0', and lives on, so that whoever asks later sees a living owner.
[[noreturn]] void ask_and_stay(const TempDir& folder, const std::string& job, int report) {
  const LaunchIdentity self = this_launch();
  replace_file(folder / "launches" / (self.launch + ".heartbeat"), to_json(self));
  const char won = LeaseTable(folder.path(), self, kLimit).acquire(job) ? '1' : '0';
  while (::write(report, &won, 1) == 1) ::pause();
  ::_exit(1);
}

TEST(LeaseTable, HasOneWinnerAmongProcesses) {
  const TempDir folder;
  for (int round = 0; round < 50; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    std::array<pid_t, 2> children{};
    for (pid_t& child : children) {
      child = ::fork();
      if (child == 0) ask_and_stay(folder, "f" + std::to_string(round), pipe[1]);
    }
    std::string answers;
    for (char answer = 0; answers.size() < 2 && ::read(pipe[0], &answer, 1) == 1;) answers += answer;
    for (const pid_t child : children) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    for (const int end : pipe) ::close(end);
    EXPECT_TRUE(answers == "10" || answers == "01") << answers;
  }
}

}  // namespace
}  // namespace exitaudit
