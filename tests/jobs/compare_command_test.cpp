// exitaudit compare where there is nothing to compare; on studies that ran it is tests/end_to_end/documents.sh's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "jobs/commands/command.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSmoke = (std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "configs/smoke.yaml").string();

class CompareCommand : public testing::Test {
 protected:
  /// The exit code of `compare` with an empty folder of results; what it says of errors is in `err_`.
  int compare(const std::vector<std::string>& flags) {
    std::vector<std::string> words{"exitaudit", "compare", kSmoke, kSmoke, "--root", folder_.path().string()};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStderr();
    const int exit_code = run_program(static_cast<int>(argv.size()), argv.data());
    err_ = testing::internal::GetCapturedStderr();
    return exit_code;
  }

  test::TempDir folder_;
  std::string err_;
};

TEST_F(CompareCommand, SaysWhichCommandMakesAMissingTable) {
  EXPECT_EQ(compare({}), kExitFailed);
  EXPECT_THAT(err_,
              AllOf(HasSubstr("study smoke has no table in " + (folder_.path() / "smoke").string() + " yet: 61 jobs"),
                    HasSubstr("`exitaudit run " + kSmoke + " --root " + folder_.path().string() + "` makes it")));
}

TEST_F(CompareCommand, TellsThatSettingsBelongToTheCommandThatMakesTheTable) {
  EXPECT_EQ(compare({"--set", "train.epochs=3"}), kExitFailed);
  EXPECT_THAT(err_, HasSubstr(" --set …` makes it"));
}

TEST_F(CompareCommand, RefusesBadSettingsOfEither) {
  for (const char* flag : {"--set", "--set-b"}) {
    EXPECT_EQ(compare({flag, "train.epohcs=3"}), kExitBadInput);
    EXPECT_THAT(err_, HasSubstr("did you mean \"epochs\"?"));
  }
}

TEST_F(CompareCommand, RefusesToShowAllMetricsAndOne) {
  EXPECT_EQ(compare({"--all", "--metric", "auc"}), kExitBadInput);
}

}  // namespace
}  // namespace exitaudit
