#include "jobs/guard_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pipeline/artifact/store.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_study.h"

namespace exitaudit {
namespace {

using test::ScopedVariable;
using testing::HasSubstr;
using testing::StartsWith;

class GuardSecret : public testing::Test {
 protected:
  Study open(const std::string& study) const {
    return open_study({.file = (std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "configs" / study).string(),
                       .overrides = {},
                       .root = folder_.path().string()});
  }
  const test::TempDir folder_;
  const ScopedVariable text_{"EXITAUDIT_GUARD_SECRET", ""};
  const ScopedVariable file_{"EXITAUDIT_GUARD_SECRET_FILE", ""};
};

TEST_F(GuardSecret, IsMissedWhereNoneIsSet) {
  const Study study = open("guard.yaml");
  std::size_t guards = 0;
  for (const Job& job : study.graph.jobs()) guards += job.stage.name == "guard_time";
  ASSERT_GT(guards, 1U);
  EXPECT_THAT(
      missing_secret_note(study, SecretPlace::kHere),
      StartsWith(std::to_string(guards) + " jobs of guard_time would fail: the guard needs a secret: make one"));
  EXPECT_THAT(missing_secret_note(study, SecretPlace::kCluster), HasSubstr("set EXITAUDIT_GUARD_SECRET_FILE to"));
}

TEST_F(GuardSecret, OfTheEnvironmentServesHereAlone) {
  const Study study = open("guard.yaml");
  const ScopedVariable text("EXITAUDIT_GUARD_SECRET", "0123456789abcdef");
  EXPECT_EQ(missing_secret_note(study, SecretPlace::kHere), "");
  EXPECT_THAT(missing_secret_note(study, SecretPlace::kCluster), HasSubstr("would fail"));
}

TEST_F(GuardSecret, InAFileIsReadHereAndTrustedElsewhere) {
  const Study study = open("guard.yaml");
  const ScopedVariable file("EXITAUDIT_GUARD_SECRET_FILE", (folder_ / "secret").string());
  EXPECT_THAT(missing_secret_note(study, SecretPlace::kHere), HasSubstr("would fail"));
  EXPECT_EQ(missing_secret_note(study, SecretPlace::kCluster), "");
  std::ofstream(folder_ / "secret") << "0123456789abcdef";
  EXPECT_EQ(missing_secret_note(study, SecretPlace::kHere), "");
}

TEST_F(GuardSecret, AtAPathThatCannotBeIsSaidNotThrown) {
  const ScopedVariable file("EXITAUDIT_GUARD_SECRET_FILE", std::string(300, 'x'));
  EXPECT_THAT(missing_secret_note(open("guard.yaml"), SecretPlace::kHere), HasSubstr("would fail"));
}

TEST_F(GuardSecret, MayBeNamedByTheSetUpLines) {
  EXPECT_TRUE(names_secret_file({"module load x", "export EXITAUDIT_GUARD_SECRET_FILE=$HOME/guard.secret"}));
  EXPECT_FALSE(names_secret_file({"module load x"}));
}

TEST_F(GuardSecret, IsNotMissedByWhatNeedsNone) {
  EXPECT_EQ(missing_secret_note(open("smoke.yaml"), SecretPlace::kHere), "");
  const Study study = open("guard.yaml");
  const Store store(study.folders.artifacts());
  for (std::size_t i = 0; i < study.graph.size(); ++i) {
    if (study.graph.job(i).stage.name != "guard_time") continue;
    const auto path = store.path(study.graph.job(i).stage.noun, study.graph.fingerprint(i));
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "made";
  }
  EXPECT_EQ(missing_secret_note(study, SecretPlace::kHere), "");
}

}  // namespace
}  // namespace exitaudit
