#include "stages/measure_latency/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "pipeline/base/error.h"
#include "stages/measure_latency/pinned_core.h"
#include "stages/measure_latency/timed_device.h"

namespace exitaudit::measure_latency {
namespace {

const char* const kStat =
    "cpu  400 0 200 1400 40 0 0 0 0 0\n"
    "cpu0 100 10 50 700 20 1 2 3 90 0\n"
    "cpu12 300 0 150 700 20 0 0 0 0 0\n"
    "intr 1 2 3\n";

TEST(Neighbours, ReadTheTicksOfACore) {
  const auto ticks = parse_core_ticks(kStat, 0);
  ASSERT_TRUE(ticks.has_value());
  EXPECT_EQ(ticks->all, 886);   // without the guests' 90, which user time contains
  EXPECT_EQ(ticks->busy, 166);  // all but idle and waiting for a disk
  EXPECT_EQ(parse_core_ticks(kStat, 12)->busy, 450);
  EXPECT_FALSE(parse_core_ticks(kStat, 1).has_value());
  EXPECT_FALSE(parse_core_ticks("cpu0 1 2\n", 0).has_value());
  EXPECT_FALSE(parse_core_ticks("", 0).has_value());
}

TEST(Neighbours, ShareIsOfTheTicksBetweenTwoLooks) {
  EXPECT_EQ(busy_share({.busy = 10, .all = 100}, {.busy = 25, .all = 130}), 0.5);
  EXPECT_EQ(busy_share({.busy = 10, .all = 100}, {.busy = 10, .all = 100}), 0);
}

TEST(Neighbours, ReadTheProcessesOfAGpu) {
  EXPECT_THAT(parse_compute_apps("1234\n 77\n[N/A]\n\nNo running processes found\n"), testing::ElementsAre(1234, 77));
  EXPECT_THAT(parse_compute_apps(""), testing::IsEmpty());
}

TEST(Neighbours, NameAGpuAsTheDriverDoes) {
  EXPECT_EQ(driver_name(1, nullptr), "1");
  EXPECT_EQ(driver_name(1, "4,6"), "6");
  EXPECT_EQ(driver_name(0, "GPU-8a1b"), "GPU-8a1b");
  EXPECT_EQ(driver_name(2, "4,6"), "2");
  EXPECT_EQ(driver_name(0, "0;reboot"), "0");  // never a piece of a command
}

TEST(Neighbours, CopiesMustFit) {
  EXPECT_NO_THROW(check_room(4, 500, 2000, "cuda:0"));
  try {
    check_room(4, 500, 1999, "cuda:0");
    FAIL() << "they do not fit";
  } catch (const BadInput& error) {
    EXPECT_STREQ(error.what(),
                 "4 copies of the model want about 2000 MB of cuda:0, which has 1999 MB free; lower "
                 "measure_latency.copies_per_device");
  }
}

TEST(Neighbours, ReadFreeMemory) {
  EXPECT_EQ(parse_available_mb("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), 2.0);
  EXPECT_FALSE(parse_available_mb("MemTotal: 9 kB\n").has_value());
  EXPECT_FALSE(parse_available_mb("MemAvailable: ?\n").has_value());
}

TEST(Neighbours, WarnOfACoreThatAnotherProcessKeepsBusy) {
  const int core = usable_cores().front();
  const pid_t other = ::fork();
  if (other == 0) {
    const PinnedCore here(core);
    std::atomic<std::int64_t> turns = 0;
    while (true) ++turns;
  }
  ASSERT_GT(other, 0);
  const Surroundings seen = look_around_core(core);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_THAT(seen.warning, testing::HasSubstr("is shared"));
  EXPECT_THAT(seen.notes, testing::Contains(testing::Key("neighbours")));
  EXPECT_THAT(seen.notes, testing::Contains(testing::Key("load average")));
}

TEST(PinnedCore, LeavesTheThreadWhereItWas) {
  const std::vector<int> before = usable_cores();
  {
    const PinnedCore pinned(before.back());
    EXPECT_THAT(usable_cores(), testing::ElementsAre(before.back()));
  }
  EXPECT_EQ(usable_cores(), before);
}

TEST(TimedDevice, LatenciesBelongToTheMachineThatTheStudyNames) {
  EXPECT_NO_THROW(check_label("cpu", ""));
  EXPECT_NO_THROW(check_label("CPU-epyc", ""));
  EXPECT_NO_THROW(check_label("h200", "NVIDIA H200"));
  EXPECT_THROW(check_label("h200", "NVIDIA A100-SXM4-80GB"), BadInput);
  try {
    check_label("h200", "");
    FAIL() << "there is no GPU";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("\"h200\", but this worker has no GPU"));
  }
}

}  // namespace
}  // namespace exitaudit::measure_latency
