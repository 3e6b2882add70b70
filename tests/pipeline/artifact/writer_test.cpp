// A complete file or none, and equal bytes for equal work.

#include "pipeline/artifact/writer.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/seal.h"
#include "pipeline/base/hash.h"
#include "tests/support/child_process.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

/// What HDF5 loses where it cannot close a file; nothing of ours. Asked by the leak sanitizer alone.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

/// Runs `act` in a child process; its exit code, or -signal.
int in_a_child(const std::function<void()>& act) {
  const int status = test::status_of(test::in_process([&] {
    act();
    return 0;
  }));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Place of the first byte that differs; npos where none does.
std::size_t first_difference(const std::string& a, const std::string& b) {
  if (a == b) return std::string::npos;
  const auto [at, ignored] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(at - a.begin());
}

TEST(ArtifactWriter, GivesEqualBytesForEqualWork) {
  const test::TempDir folder;
  const std::string first = test::write_small_artifact(folder / "a.h5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 times count seconds
  EXPECT_EQ(test::write_small_artifact(folder / "b.h5"), first);
  EXPECT_EQ(first_difference(test::bytes_of(folder / "a.h5"), test::bytes_of(folder / "b.h5")), std::string::npos);
}

/// Memory that malloc hands out is full of other bytes there: padding that HDF5 left as it was would show.
TEST(ArtifactWriter, GivesEqualBytesInAnotherProcess) {
  const test::TempDir folder;
  test::write_small_artifact(folder / "a.h5");
  const int code = in_a_child([&] {
    mallopt(M_PERTURB, 0x5A);
    const std::vector<std::string> other_heap(1000, std::string(777, 'x'));
    test::write_small_artifact(folder / "b.h5");
  });
  ASSERT_EQ(code, 0);
  EXPECT_EQ(first_difference(test::bytes_of(folder / "a.h5"), test::bytes_of(folder / "b.h5")), std::string::npos);
}

TEST(ArtifactWriter, LeavesNoFileWhenNotCommitted) {
  const test::TempDir folder;
  {
    ArtifactWriter writer(folder / "weights" / "a.h5", test::small_header());
    test::fill(writer);
    EXPECT_EQ(test::files_below(folder.path()).size(), 1U);
  }
  EXPECT_TRUE(test::files_below(folder.path()).empty());
}

TEST(ArtifactWriter, LeavesOneFileWhenCommitted) {
  const test::TempDir folder;
  test::write_small_artifact(folder / "weights" / "a.h5");
  EXPECT_EQ(test::files_below(folder.path()), std::vector<fs::path>{folder / "weights" / "a.h5"});
}

TEST(ArtifactWriter, CommitsNothingWhereTheLeaseIsLost) {
  const test::TempDir folder;
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  EXPECT_THROW(writer.commit([&] {
    EXPECT_EQ(test::files_below(folder.path()).size(), 1U);  // asked last, the file being complete
    verify_content(test::files_below(folder.path()).at(0));
    throw Error(ErrorKind::kLeaseLost, "taken over");
  }),
               Error);
  EXPECT_TRUE(test::files_below(folder.path()).empty());
}

TEST(ArtifactWriter, LetsTheFirstCommitWin) {
  const test::TempDir folder;
  ArtifactWriter first(folder / "a.h5", test::small_header());
  ArtifactWriter same(folder / "a.h5", test::small_header());
  ArtifactWriter other(folder / "a.h5", test::small_header());
  other.write("more", std::vector<double>{1});
  const std::string content = first.commit();
  const std::string bytes = test::bytes_of(folder / "a.h5");
  EXPECT_EQ(same.commit(), content);
  try {
    other.commit();
    FAIL() << "the second commit was let through";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kLeaseLost);
  }
  EXPECT_EQ(first_difference(test::bytes_of(folder / "a.h5"), bytes), std::string::npos);
  EXPECT_EQ(test::files_below(folder.path()).size(), 1U);
}

TEST(ArtifactWriter, CompletesItsHeaderUntilCommit) {
  const test::TempDir folder;
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  writer.header().environment["device"] = "cpu";
  writer.commit();
  EXPECT_EQ(ArtifactReader::open(folder / "a.h5").header().environment.at("device"), "cpu");
}

TEST(ArtifactWriter, TakesAVeryLongHeader) {
  const test::TempDir folder;
  ArtifactHeader header = test::small_header("table");
  header.inputs.assign(2000, header.inputs.at(0));
  ArtifactWriter(folder / "a.h5", header).commit();
  EXPECT_EQ(ArtifactReader::open(folder / "a.h5", "table").header().inputs.size(), 2000U);
}

TEST(ArtifactWriter, CutsLongRowsIntoChunks) {
  const test::TempDir folder;
  const std::vector<float> values(1'000'000, 0.25F);
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  writer.write("row", values, {1, 1'000'000});
  writer.write("cube", values, {2, 2, 250'000});
  writer.commit();
  const auto reader = ArtifactReader::open(folder / "a.h5");
  EXPECT_EQ(reader.read<float>("row"), values);
  EXPECT_EQ(reader.read<float>("cube"), values);
}

TEST(ArtifactWriter, RefusesAShapeThatDoesNotFit) {
  const test::TempDir folder;
  const fs::path path = folder / "a.h5";
  ArtifactWriter writer(path, test::small_header());
  const std::vector<float> five(5);
  EXPECT_EQ(test::message_of([&] {
              writer.write("x", five, {2, 3});
            }),
            "cannot write " + path.string() + ": dataset \"x\" of shape [2, 3] has room for 6 values, not 5");
  EXPECT_EQ(test::message_of([&] {
              writer.write("x", five, {1L << 40, 1L << 40});
            }),
            "an array cannot have the shape [1099511627776, 1099511627776]");
  EXPECT_THROW(writer.write("x", five, {-1, -5}), Error);
}

TEST(ArtifactWriter, RefusesWhatCannotBeStored) {
  const test::TempDir folder;
  ArtifactWriter writer(folder / "a.h5", test::small_header());
  EXPECT_THROW(writer.write_flags("flags", std::vector<std::uint8_t>{0, 2}), Error);
  EXPECT_THROW(writer.write_texts("texts", {std::string("a\0b", 3)}), Error);
  EXPECT_THROW(writer.write_attribute("config", "mine"), Error);
  writer.write("twice", std::vector<double>{1});
  const std::string message = test::message_of([&] { writer.write("twice", std::vector<double>{1}); });
  EXPECT_NE(message.find("cannot write"), std::string::npos);
  EXPECT_NE(message.find("name already exists"), std::string::npos) << message;
  writer.header().fingerprint = "3fa94c01be77";
  EXPECT_THROW(writer.commit(), Error);
  EXPECT_TRUE(test::files_below(folder.path()).empty());
}

TEST(ArtifactWriter, SaysWhyAFolderCannotBeWritten) {
  const test::TempDir folder;
  test::set_bytes(folder / "file", "no folder");
  const fs::path path = folder / "file" / "a.h5";
  EXPECT_EQ(test::message_of([&] { ArtifactWriter(path, test::small_header()); }),
            "cannot write " + path.string() + ": Not a directory");
}

/// A full disk, played by a limit on the size of files.
void limit_file_size(rlim_t limit) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit size{};
  ::getrlimit(RLIMIT_FSIZE, &size);
  size.rlim_cur = limit;
  ::setrlimit(RLIMIT_FSIZE, &size);
}

/// Exit code 1: another sentence than expected; 2: files left; 3: nothing can be written afterwards.
int write_with_limit(const fs::path& folder, rlim_t limit) {
  return in_a_child([&] {
    limit_file_size(limit);
    const std::string message = test::message_of([&] { test::write_small_artifact(folder / "a.h5"); });
    limit_file_size(RLIM_INFINITY);
    if (message != "cannot write " + (folder / "a.h5").string() + ": File too large") ::_exit(1);
    if (!test::files_below(folder).empty()) ::_exit(2);
    test::write_small_artifact(folder / "a.h5");
    if (ArtifactReader::open(folder / "a.h5").read<float>("scalar").at(0) != 7) ::_exit(3);
    fs::remove(folder / "a.h5");
    std::exit(0);  // HDF5's own clean-up at exit included
  });
}

TEST(ArtifactWriter, LeavesOneSentenceAndNoFileWhenTheDiskIsFull) {
  const test::TempDir folder;
  test::write_small_artifact(folder / "whole.h5");
  const auto whole = static_cast<rlim_t>(fs::file_size(folder / "whole.h5"));
  fs::remove(folder / "whole.h5");
  for (const rlim_t limit : {rlim_t{0}, rlim_t{512}, rlim_t{2000}, whole / 2, whole - 1000, whole - 1}) {
    EXPECT_EQ(write_with_limit(folder.path(), limit), 0) << limit;
  }
}

TEST(ArtifactWriter, LeavesAPartialOnlyWhenKilled) {
  const test::TempDir folder;
  const int code = in_a_child([&] {
    ArtifactWriter writer(folder / "a.h5", test::small_header());
    writer.commit([] { ::kill(::getpid(), SIGKILL); });
  });
  EXPECT_EQ(code, -SIGKILL);
  const auto files = test::files_below(folder.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].extension(), ".partial");
  EXPECT_EQ(test::write_small_artifact(folder / "a.h5").size(), 64U);
}

}  // namespace
}  // namespace exitaudit
