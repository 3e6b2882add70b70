#include "pipeline/base/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "pipeline/base/error.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TempDir;

std::size_t count_files(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(ReadFile, ReturnsEveryByte) {
  const TempDir temp;
  const std::string content("a\0b\r\n\xff", 6);
  replace_file(temp / "x", content);
  EXPECT_EQ(read_file(temp / "x"), content);
  replace_file(temp / "empty", "");
  EXPECT_EQ(read_file(temp / "empty"), "");
}

TEST(ReadFile, RefusesWhatIsTooLargeOrNotAFile) {
  const TempDir temp;
  replace_file(temp / "x", "12345");
  EXPECT_EQ(read_file(temp / "x", 5), "12345");
  EXPECT_EQ(message_of([&] { read_file(temp / "x", 4); }), (temp / "x").string() + ": 5 bytes; at most 4 are expected");
  EXPECT_EQ(message_of([&] { read_file(temp / "none"); }), (temp / "none").string() + ": there is no such file");
  EXPECT_NE(message_of([&] { read_file(temp.path()); }), "");
}

TEST(ReplaceFile, OverwritesAndLeavesNoTemporaries) {
  const TempDir temp;
  replace_file(temp / "x", "first, longer");
  replace_file(temp / "x", "second");
  EXPECT_EQ(read_file(temp / "x"), "second");
  EXPECT_EQ(count_files(temp.path()), 1U);
}

TEST(ReplaceFile, CreatesMissingFolders) {
  const TempDir temp;
  replace_file(temp / "a" / "b" / "x", "deep");
  EXPECT_EQ(read_file(temp / "a" / "b" / "x"), "deep");
}

TEST(ReplaceFile, LeavesTheOldFileWhereItFails) {
  const TempDir temp;
  fs::create_directories(temp / "x" / "inside");  // a folder that is not empty cannot be renamed over
  EXPECT_NE(message_of([&] { replace_file(temp / "x", "content"); }).find("cannot write"), std::string::npos);
  EXPECT_EQ(count_files(temp.path()), 1U);
  replace_file(temp / "file", "content");
  EXPECT_NE(message_of([&] { replace_file(temp / "file" / "below", "content"); }), "");
  EXPECT_EQ(read_file(temp / "file"), "content");
}

/// Files larger than this cannot be written while it lives: what a full disk looks like to the writer.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(ReplaceFile, LeavesNothingWhereTheDiskIsFull) {
  const TempDir temp;
  replace_file(temp / "x", "old");
  {
    const FileSizeLimit full(1000);
    EXPECT_NE(message_of([&] { replace_file(temp / "x", std::string(5000, 'n')); }).find("cannot write"),
              std::string::npos);
    EXPECT_NE(message_of([&] { create_exclusively(temp / "y", std::string(5000, 'n')); }), "");
  }
  EXPECT_EQ(read_file(temp / "x"), "old");
  EXPECT_EQ(count_files(temp.path()), 1U);
}

TEST(CreateExclusively, SucceedsOnceOnly) {
  const TempDir temp;
  EXPECT_TRUE(create_exclusively(temp / "a" / "lease", "first"));
  EXPECT_FALSE(create_exclusively(temp / "a" / "lease", "second"));
  EXPECT_EQ(read_file(temp / "a" / "lease"), "first");
  EXPECT_EQ(count_files(temp / "a"), 1U);
}

TEST(CreateExclusively, HasOneWinnerAmongMany) {
  const TempDir temp;
  for (int round = 0; round < 10; ++round) {
    const fs::path path = temp / std::to_string(round);
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { winners += create_exclusively(path, "content") ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(winners, 1);
  }
  EXPECT_EQ(count_files(temp.path()), 10U);
}

TEST(ShippedFile, IsFoundAroundTheBuildFolderOrInTheShare) {
  EXPECT_EQ(shipped_file("CMakeLists.txt").filename(), "CMakeLists.txt");
  const TempDir temp;
  replace_file(temp / "only_here.txt", "x");
  ::setenv("EXITAUDIT_SHARE", temp.path().c_str(), 1);
  EXPECT_EQ(shipped_file("only_here.txt"), temp / "only_here.txt");
  const std::string message = message_of([] { shipped_file("nowhere.txt"); });
  ::unsetenv("EXITAUDIT_SHARE");
  EXPECT_NE(message.find((temp / "nowhere.txt").string()), std::string::npos) << message;
}

TEST(Names, OfHostAndBootAreStable) {
  EXPECT_FALSE(host_name().empty());
  EXPECT_EQ(boot_id(), boot_id());
  EXPECT_EQ(executable_path().filename(), "base_test");
}

}  // namespace
}  // namespace exitaudit
