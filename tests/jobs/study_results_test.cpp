#include "jobs/study_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/ledger/launch.h"
#include "tests/support/filled_artifact.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using report::ResultState;
using ::testing::HasSubstr;

constexpr const char* kStudy = R"(study: holes
axes: {dataset: [rows], network: [fcn18_1], exits: [1, 2, 3]}
datasets:
  rows: {format: synthetic_rows, classes: 10, synthetic: {samples: 600, features: 64}}
attacks: [{kind: score, exit_source: none}, {kind: score, exit_source: known}]
)";

/// A study all of whose artifacts are there, until a test takes, damages or ages one.
class StudyResultsTest : public testing::Test {
 protected:
  StudyResultsTest() {
    flags_.file = (folder_ / "study.yaml").string();
    flags_.root = (folder_ / "runs").string();
    replace_file(flags_.file, kStudy);
    fill();
  }

  void fill(const std::string& aged = "") {
    const Study study = open_study(flags_);
    std::filesystem::remove_all(study.folders.artifacts());
    std::vector<std::string> contents(study.graph.size());
    for (const std::size_t job : study.graph.topological_order()) {
      if (study.graph.job(job).stage.name == "tabulate") continue;
      std::vector<std::string> inputs = contents;
      if (study.graph.job(job).id == aged) {
        for (std::string& input : inputs) input = std::string(64, '0');  // what its inputs held once
      }
      contents[job] = test::fill_artifact(study.graph, job, Store(study.folders.artifacts()), inputs, 40);
    }
  }

  std::filesystem::path path(const std::string& job) const {
    const Study study = open_study(flags_);
    const std::size_t place = study.graph.index_of(job);
    return Store(study.folders.artifacts()).path(study.graph.job(place).stage.noun, study.graph.fingerprint(place));
  }

  void fail(const std::string& job) {
    const Study study = open_study(flags_);
    const LaunchIdentity self = this_launch();
    LedgerWriter ledger(study.folders.ledger(),
                        {.launch = self.launch, .host = self.host, .version = "test", .command = "test"});
    Attempt attempt;
    attempt.job = job;
    attempt.fingerprint = study.graph.fingerprint(study.graph.index_of(job));
    attempt.stage = "attack";
    attempt.launch = self.launch;
    attempt.started = 1.7e9;
    ledger.start(attempt);
    attempt.ended = true;
    attempt.outcome = Outcome::kFailed;
    attempt.message = "the scores are not numbers\nsecond line";
    ledger.end(attempt);
  }

  report::StudyResults results() const { return gather_results(plan_study(flags_), flags_.file); }

  static report::ExpectedResult find(const report::StudyResults& results, const std::string& job) {
    for (const report::ExpectedResult& result : results.expected)
      if (result.job == job) return result;
    ADD_FAILURE() << "no " << job;
    return {};
  }

  static std::size_t rows_of(const report::StudyResults& results, const std::string& job) {
    return static_cast<std::size_t>(
        std::ranges::count(results.rows, job, [](const schema::TableRow& row) { return row.job; }));
  }

  static std::size_t holes(const report::StudyResults& results) {
    return static_cast<std::size_t>(std::ranges::count_if(
        results.expected, [](const auto& result) { return result.state != ResultState::kThere; }));
  }

  test::TempDir folder_;
  StudyFlags flags_;
  const std::string attack_ = "attack/rows/fcn18_1/exits3/score/known/seed1";
};

TEST_F(StudyResultsTest, AreMadeOfWhatIsThereBeforeTheTableIs) {
  const report::StudyResults found = results();
  EXPECT_EQ(holes(found), 0U);
  EXPECT_GT(rows_of(found, attack_), 10U);
  EXPECT_FALSE(found.curves.empty());
  EXPECT_FALSE(found.settings.empty());
}

TEST_F(StudyResultsTest, NameAMissingResult) {
  std::filesystem::remove(path(attack_));
  const report::StudyResults found = results();
  EXPECT_EQ(holes(found), 1U);
  EXPECT_EQ(find(found, attack_).state, ResultState::kMissing);
  EXPECT_EQ(rows_of(found, attack_), 0U);
}

TEST_F(StudyResultsTest, NameACorruptResultWhoseSealIsWhole) {
  std::fstream file(path(attack_), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-5, std::ios::end);
  file.put('\x5a');
  file.close();
  const report::StudyResults found = results();
  EXPECT_EQ(find(found, attack_).state, ResultState::kCorrupt);
  EXPECT_EQ(rows_of(found, attack_), 0U);
}

TEST_F(StudyResultsTest, NameAResultThatWasMadeFromOtherInputs) {
  fill(attack_);
  const report::StudyResults found = results();
  EXPECT_EQ(find(found, attack_).state, ResultState::kStale);
  EXPECT_EQ(rows_of(found, attack_), 0U);
}

TEST_F(StudyResultsTest, NameAFailedResultWithItsCause) {
  std::filesystem::remove(path(attack_));
  fail(attack_);
  const report::StudyResults found = results();
  EXPECT_EQ(find(found, attack_).state, ResultState::kFailed);
  EXPECT_EQ(find(found, attack_).why, "the scores are not numbers");
  ASSERT_EQ(found.failures.size(), 1U);
  EXPECT_EQ(found.failures[0].job, attack_);
}

TEST_F(StudyResultsTest, NameWhatWaitsForAFailedJob) {
  const std::string recording = "record/rows/fcn18_1/exits3/target/seed1";
  std::filesystem::remove(path(recording));
  std::filesystem::remove(path(attack_));
  fail(recording);
  const report::StudyResults found = results();
  EXPECT_EQ(find(found, attack_).state, ResultState::kBlocked);
  EXPECT_EQ(find(found, attack_).why, "waits for " + recording);
}

TEST_F(StudyResultsTest, OfNothingSayWhatToDo) {
  std::filesystem::remove_all(open_study(flags_).folders.root);
  EXPECT_THAT(test::message_of([&] { results(); }), HasSubstr("`exitaudit run " + flags_.file + "` does"));
}

}  // namespace
}  // namespace exitaudit
