#include "pipeline/run/team_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "pipeline/run/team_worker.h"
#include "pipeline/run/worker_process.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::HasSubstr;

void make_program(const std::filesystem::path& path, const std::string& script = "") {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "#!/bin/sh\n" << script;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

TEST(TeamCommand, IsOneLaunchOfAllRanks) {
  const auto words = team_command({.launcher = "/x/mpirun", .worker = "/y/worker", .ranks = 3});
  const auto launcher = std::ranges::find(words, "/x/mpirun");
  ASSERT_NE(launcher, words.end());
  EXPECT_EQ(std::vector<std::string>(launcher + 1, words.end()),
            (std::vector<std::string>{"--oversubscribe", "--bind-to", "none", "-n", "3", "/y/worker", "team"}));
}

TEST(TeamCommand, AllowsRootWhereItIsRoot) {
  const TeamLaunch launch{.launcher = "/x/mpirun", .worker = "/y/worker", .ranks = 3, .as_root = true};
  EXPECT_THAT(team_command(launch), testing::Contains("--allow-run-as-root"));
}

TEST(TeamCommand, CarriesOrdersAndAnswersThroughTheStandardStreams) {
  const test::TempDir dir;
  make_program(dir / "mpirun", "read line\necho \"$line from $#\"\nls /proc/self/fd | wc -l\n");
  WorkerProcess team(team_command({.launcher = (dir / "mpirun").string(), .worker = "w", .ranks = 3}), dir / "log");
  team.send("an order");
  std::vector<std::string> lines;
  while (!team.death()) {
    for (std::string& line : team.poll()) lines.push_back(std::move(line));
  }
  // Words: --oversubscribe --bind-to none -n 3 w team. Descriptors: 0, 1, 2 and the one that ls opens.
  EXPECT_EQ(lines, (std::vector<std::string>{"an order from 7", "4"}));
}

TEST(FindLauncher, TakesTheFirstInThePath) {
  const test::TempDir dir;
  make_program(dir / "b/mpirun");
  make_program(dir / "c/mpirun");
  const std::string path = (dir / "a").string() + ":" + (dir / "b").string() + ":" + (dir / "c").string();
  EXPECT_EQ(find_launcher(path, 2), (dir / "b/mpirun").string());
}

TEST(FindLauncher, SaysThatThereIsNone) {
  EXPECT_THAT(test::message_of([] { find_launcher("/no/such/folder", 4); }),
              HasSubstr("this job wants 4 ranks, mpirun is not in PATH: "));
}

JobOrder order_on(const std::string& device, const std::vector<std::string>& devices) {
  JobOrder order;
  order.device = device;
  order.devices = devices;
  return order;
}

TEST(DeviceOfRank, IsOneOfTheSlotsThatTheTeamTook) {
  const JobOrder order = order_on("cuda:2", {"cuda:2", "cuda:3"});
  EXPECT_EQ(device_of_rank(order, {.rank = 0, .size = 3}, 4), "cuda:2");
  EXPECT_EQ(device_of_rank(order, {.rank = 1, .size = 3}, 4), "cuda:3");
  EXPECT_EQ(device_of_rank(order, {.rank = 2, .size = 3}, 4), "cuda:2");
}

TEST(DeviceOfRank, IsAnyOfTheNodesWhereTheTeamHasTheNode) {
  EXPECT_EQ(device_of_rank(order_on("cuda:0", {}), {.rank = 1, .size = 3}, 4), "cuda:1");
  EXPECT_EQ(device_of_rank(order_on("cpu", {}), {.rank = 1, .size = 3}, 4), "cpu");
}

}  // namespace
}  // namespace exitaudit
