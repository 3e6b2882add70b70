// What a whole launch does: each test is an mpiexec of rank_program, ended after a minute at the latest.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace exitaudit {
namespace {

struct Launch {
  std::string text;
  int exit_code = -1;
};

const std::string kMpiexec = std::string(EXITAUDIT_MPIEXEC) + " --oversubscribe ";
const std::string kProgram = EXITAUDIT_RANK_PROGRAM;

Launch launch(const std::string& command) {
  Launch result;
  FILE* pipe = ::popen(("timeout -k 5 60 " + command + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.text.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

TEST(RankLaunch, EndsWithTheCodeAndTheWordsOfTheRankThatFailed) {
  const Launch failed = launch(kMpiexec + "-n 3 " + kProgram + " fail");
  EXPECT_EQ(failed.exit_code, 75) << failed.text;
  EXPECT_NE(failed.text.find("rank 1 has had enough"), std::string::npos) << failed.text;
}

TEST(RankLaunch, MayStartALaunchOfItsOwnFromARank) {
  const Launch nested = launch(kMpiexec + "-n 1 " + kProgram + " launch " + kMpiexec + "-n 2 " + kProgram + " size");
  EXPECT_EQ(nested.exit_code, 0) << nested.text;
  EXPECT_NE(nested.text.find("a world of 2"), std::string::npos) << nested.text;
}

TEST(RankLaunch, EndsThoughNobodyTookItsMessages) {
  const Launch left = launch(kMpiexec + "-n 2 " + kProgram + " letters");
  EXPECT_EQ(left.exit_code, 0) << left.text;
}

}  // namespace
}  // namespace exitaudit
