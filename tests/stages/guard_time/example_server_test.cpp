// The guard as a user gets it: installed, found by find_package, linked into a server that another process runs.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "stages/guard_time/content_hash.h"
#include "stages/guard_time/secret.h"
#include "stages/guard_time/time_guard.h"
#include "tests/stages/guard_time/bytes.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_study.h"

namespace exitaudit::guard_time {
namespace {

struct Ran {
  int status = -1;
  std::string output;
};

Ran run(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {};
  Ran ran;
  std::array<char, 4096> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe))
    ran.output.append(piece.data(), size);
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::string in_quotes(const std::string& text) {
  return "'" + text + "'";
}

class ExampleServer : public testing::Test {
 protected:
  void SetUp() override {
    const std::string cmake = in_quotes(EXITAUDIT_CMAKE);
    const std::string prefix = in_quotes((folder_ / "prefix").string());
    const std::string build = in_quotes((folder_ / "build").string());
    const std::string sanitize = EXITAUDIT_SANITIZE;
    must(cmake + " --install " + in_quotes(EXITAUDIT_BINARY_DIR) + " --component guard --prefix " + prefix);
    must(cmake + " -S " + in_quotes(EXITAUDIT_SOURCE_DIR "/tests/stages/guard_time/example_server") + " -B " + build +
         " -DCMAKE_PREFIX_PATH=" + prefix + " -DCMAKE_CXX_COMPILER=" + in_quotes(EXITAUDIT_CXX) +
         (sanitize.empty() ? "" : " -DCMAKE_CXX_FLAGS=-fsanitize=" + sanitize));
    must(cmake + " --build " + build);
    server_ = (folder_ / "build" / "example_server").string();
  }

  static void must(const std::string& command) {
    const Ran ran = run(command);
    ASSERT_EQ(ran.status, 0) << command << "\n" << ran.output;
  }

  test::TempDir folder_;
  std::string server_;
};

TEST_F(ExampleServer, HoldsAnswersAsLongAsThisProcessWould) {
  const std::string text = "a secret of the two processes";
  const test::ScopedVariable secret(kSecretVariable, text);
  const test::ScopedVariable none(kSecretFileVariable, "");
  const Ran ran = run("printf '1010 0000 1010' | " + in_quotes(server_) + " 4");
  ASSERT_EQ(ran.status, 0) << ran.output;

  const TimeGuard guard(Secret(bytes_of(text)), {.sigma_ms = 4, .exits = 3});
  std::istringstream lines(ran.output);
  for (const std::vector<std::uint8_t>& bits : {std::vector<std::uint8_t>{1, 0, 1, 0}, {0, 0, 0, 0}, {1, 0, 1, 0}}) {
    std::string exit;
    std::string seed;
    std::string delay;
    double waited_ms = 0;
    ASSERT_TRUE(lines >> exit >> seed >> delay >> waited_ms) << ran.output;
    const bool easy = bits[0] == 1;
    EXPECT_EQ(exit, easy ? "0" : "2");
    const std::uint64_t expected = guard.seed(row_hash(bits));
    EXPECT_EQ(std::stoull(seed, nullptr, 16), expected);
    EXPECT_EQ(std::strtod(delay.c_str(), nullptr), guard.delay_ms(expected)) << "bit for bit";
    EXPECT_GE(waited_ms, (easy ? 1 : 3) + guard.delay_ms(expected) - 0.001) << "rounded to microseconds";
  }
}

TEST_F(ExampleServer, DoesNotServeWithoutASecret) {
  const test::ScopedVariable no_text(kSecretVariable, "");
  const test::ScopedVariable no_file(kSecretFileVariable, "");
  const Ran ran = run("printf '1010' | " + in_quotes(server_) + " 4");
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.output.substr(0, 40), "the guard needs a secret: make one with ");
}

}  // namespace
}  // namespace exitaudit::guard_time
