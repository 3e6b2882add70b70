#include "stages/guard_time/secret.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <new>
#include <ostream>
#include <stdexcept>

#include "tests/stages/guard_time/bytes.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_study.h"

namespace exitaudit::guard_time {
namespace {

using testing::HasSubstr;

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Streamable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_move_constructible_v<Secret>);

constexpr const char* kText = "the quick brown fox jumps";

/// Both variables as a test wants them, whatever the shell that runs it has.
struct Environment {
  test::ScopedVariable text;
  test::ScopedVariable file;
  Environment(const std::string& secret, const std::string& path)
      : text(kSecretVariable, secret), file(kSecretFileVariable, path) {}
};

std::string write(const std::filesystem::path& path, const std::string& content,
                  std::filesystem::perms mode = std::filesystem::perms::owner_read) {
  std::ofstream(path, std::ios::binary) << content;
  std::filesystem::permissions(path, mode);
  return path.string();
}

/// What the library says of a fault; no test of these may find the secret in it.
std::string complaint() {
  try {
    secret_from_environment([](const std::string&) {});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Secret, ComesFromAVariableOrAFile) {
  const test::TempDir dir;
  const auto silent = [](const std::string& warning) { ADD_FAILURE() << warning; };
  {
    const Environment environment(kText, "");
    EXPECT_EQ(hex(secret_from_environment(silent).bytes()), hex(bytes_of(kText)));
  }
  const std::string raw = std::string("\0\1\2\n", 4) + kText + "\n";
  const Environment environment("", write(dir / "secret", raw));
  EXPECT_EQ(hex(secret_from_environment(silent).bytes()), hex(bytes_of(raw)));
}

TEST(Secret, TellsHowToMakeOneWhereThereIsNone) {
  const Environment environment("", "");
  EXPECT_THAT(complaint(), HasSubstr("the guard needs a secret: make one with `head -c 32 /dev/urandom > "));
  EXPECT_THAT(complaint(), HasSubstr("chmod 600"));
  EXPECT_THAT(complaint(), HasSubstr("EXITAUDIT_GUARD_SECRET_FILE"));
}

TEST(Secret, IsSixteenBytesAtLeast) {
  {
    const Environment environment("fifteen_letters", "");
    EXPECT_THAT(complaint(), HasSubstr("too short: it has 15 bytes and needs at least 16"));
    EXPECT_THAT(complaint(), testing::Not(HasSubstr("fifteen_letters")));
  }
  const Environment environment("sixteen__letters", "");
  EXPECT_EQ(complaint(), "");
}

TEST(Secret, ComplainsOfFilesThatHoldNone) {
  const test::TempDir dir;
  const auto complaint_of = [](const std::string& path) {
    const Environment environment("", path);
    return complaint();
  };
  EXPECT_THAT(complaint_of((dir / "none").string()), HasSubstr("none: No such file or directory"));
  EXPECT_THAT(complaint_of(dir.path().string()), HasSubstr("cannot read the guard's secret"));
  EXPECT_THAT(complaint_of("/dev/zero"), HasSubstr("longer than 1024 bytes"));
  const std::string brief = complaint_of(write(dir / "brief", "hunter2"));
  EXPECT_THAT(brief, HasSubstr("has 7 bytes"));
  EXPECT_THAT(brief, testing::Not(HasSubstr("hunter2")));
}

TEST(Secret, IsOneSecretNotTwo) {
  const test::TempDir dir;
  const Environment environment(kText, write(dir / "secret", kText));
  EXPECT_THAT(complaint(), HasSubstr("are both set; unset one of them"));
}

TEST(Secret, WarnsOfAFileThatOthersMayRead) {
  using std::filesystem::perms;
  const test::TempDir dir;
  for (const perms more : {perms::group_read, perms::others_read}) {
    const Environment environment("", write(dir / "open", kText, perms::owner_read | perms::owner_write | more));
    std::vector<std::string> warnings;
    secret_from_environment([&](const std::string& warning) { warnings.push_back(warning); });
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], HasSubstr("can be read by others; `chmod 600 "));
    EXPECT_THAT(warnings[0], testing::Not(HasSubstr(kText)));
  }
}

TEST(Secret, IsWipedOnDestruction) {
  alignas(Secret) std::array<std::byte, sizeof(Secret)> memory{};
  const Bytes pattern(64, std::byte{0xA7});
  const auto remains = [&] { return std::count(memory.begin(), memory.end(), std::byte{0xA7}); };
  auto* secret = new (memory.data()) Secret(pattern);
  EXPECT_GE(remains(), 64);
  secret->~Secret();
  EXPECT_LT(remains(), 4);  // the size beside the bytes may look like one of them
}

}  // namespace
}  // namespace exitaudit::guard_time
