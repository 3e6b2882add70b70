#include "pipeline/run/clean_up.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "pipeline/base/files.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

class CleanUp : public testing::Test {
 protected:
  fs::path partial(const std::string& host, pid_t pid) const {
    const fs::path path = dir_ / "toy" / fmt::format("toy-0123456789ab.h5.{}.{}.0.partial", host, pid);
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "half";
    return path;
  }
  static pid_t dead_pid() {
    const pid_t pid = test::in_process([] { return 0; });
    test::status_of(pid);
    return pid;
  }
  test::TempDir dir_;
  Store store_{dir_.path()};
};

TEST_F(CleanUp, DeletesPartialsOfDeadWritersOnThisHostOnly) {
  const fs::path dead = partial(host_name(), dead_pid());
  const fs::path alive = partial(host_name(), ::getpid());
  const fs::path elsewhere = partial("another-host", dead_pid());
  EXPECT_EQ(remove_dead_partials(store_, SystemClock()), 1U);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(alive));
  EXPECT_TRUE(fs::exists(elsewhere));
}

TEST_F(CleanUp, DeletesPartialsThatNobodyTouchedForADay) {
  const fs::path elsewhere = partial("another-host", 1);
  const ManualClock tomorrow(SystemClock().unix_seconds() + 90000);
  EXPECT_EQ(remove_dead_partials(store_, tomorrow), 1U);
  EXPECT_FALSE(fs::exists(elsewhere));
}

TEST_F(CleanUp, DeletesCheckpointsOfWhatIsDone) {
  const StudyFolders folders{dir_.path()};
  for (const char* each : {"done", "running", "corrupt"}) fs::create_directories(folders.checkpoints(each));
  Snapshot snapshot;
  snapshot.artifacts["done"] = {.content = "c", .made_from = "m"};
  snapshot.artifacts["corrupt"] = {.corrupt = true, .content = {}, .made_from = {}};
  remove_done_checkpoints(folders, snapshot);
  EXPECT_FALSE(fs::exists(folders.checkpoints("done")));
  EXPECT_TRUE(fs::exists(folders.checkpoints("running")));
  EXPECT_TRUE(fs::exists(folders.checkpoints("corrupt")));
}

}  // namespace
}  // namespace exitaudit
