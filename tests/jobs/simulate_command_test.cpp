// exitaudit simulate on a real study, and the files of times that it reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "jobs/commands/command.h"
#include "jobs/commands/job_times.h"
#include "jobs/expand.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSmoke = (std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "configs/smoke.yaml").string();

/// What a command prints and how it ends.
struct Said {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Said say(std::vector<std::string> words) {
  words.insert(words.begin(), "exitaudit");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int exit_code = run_program(static_cast<int>(argv.size()), argv.data());
  const std::string out = testing::internal::GetCapturedStdout();
  return {exit_code, out, testing::internal::GetCapturedStderr()};
}

class SimulateCommand : public testing::Test {
 protected:
  /// `simulate` of smoke.yaml with nothing done yet.
  Said simulate(const std::vector<std::string>& flags) {
    std::vector<std::string> words{"simulate", kSmoke, "--root", folder_.path().string()};
    words.insert(words.end(), flags.begin(), flags.end());
    return say(words);
  }
  std::string write(const std::string& text) {
    std::ofstream(folder_ / "times.yaml") << text;
    return (folder_ / "times.yaml").string();
  }
  JobTimes read(const std::string& text) { return read_job_times(write(text), graph_, ones()); }
  std::string fault(const std::string& text) {
    return test::message_of([&] { read(text); });
  }
  double seconds(const JobTimes& times, const std::string& id) const { return times.seconds[graph_.index_of(id)]; }
  std::vector<double> ones() const { return std::vector<double>(graph_.size(), 1.0); }

  test::TempDir folder_;
  JobGraph graph_{expand(load_experiment(kSmoke, {}))};
};

TEST_F(SimulateCommand, PrintsARowForEachSizeAndWhereItsSecondsAreFrom) {
  const Said said = simulate({"--nodes", "1,8", "--gpus-per-node", "2"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("rough estimates for one CPU core"), HasSubstr("makespan/bound"),
                              HasSubstr("\n     1        2      2"), HasSubstr("\n     8       16     16")));
}

TEST_F(SimulateCommand, TakesEverySecondOfEveryJobOnOneSlot) {
  const std::string all = "default: {";
  std::string text;
  for (const char* stage : {"ingest", "split", "train", "calibrate", "record", "predict_exits", "measure_boundary",
                            "attack", "characterize", "tabulate"}) {
    text += (text.empty() ? "" : ", ") + std::string(stage) + ": 2";
  }
  const Said said = simulate({"--nodes", "1", "--json", "--times", write(all + text + "}\n")});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  const std::string work = std::to_string(2 * graph_.size());
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("\"makespan_seconds\": " + work + ".0"), HasSubstr("\"makespan_over_bound\": 1.0"),
                    HasSubstr("\"idle_share\": 0.0"), HasSubstr("\"jobs_run\": " + std::to_string(graph_.size()))));
}

TEST_F(SimulateCommand, SaysTheSameForTheSameSeed) {
  const std::vector<std::string> flags{"--nodes", "4", "--failure-rate", "0.2", "--seed", "5"};
  EXPECT_EQ(simulate(flags).out, simulate(flags).out);
  EXPECT_THAT(simulate(flags).out, HasSubstr("20% are lost"));
}

TEST_F(SimulateCommand, RefusesWhatIsNoCluster) {
  EXPECT_EQ(simulate({"--nodes", "0"}).exit_code, kExitBadInput);
  EXPECT_EQ(simulate({"--nodes", "1,x"}).exit_code, kExitBadInput);
  EXPECT_EQ(simulate({"--nodes", "100000", "--slots", "64"}).exit_code, kExitBadInput);
  EXPECT_EQ(simulate({"--failure-rate", "1.5"}).exit_code, kExitBadInput);
  EXPECT_EQ(simulate({"--times", "nowhere.yaml"}).exit_code, kExitBadInput);
}

TEST_F(SimulateCommand, TakesTheEntryThatNamesMostAxes) {
  const JobTimes times = read(
      "source: by hand\n"
      "default: {train: 100, split: 3}\n"
      "times:\n"
      "  - {stage: train, network: vgg16, seconds: 200}\n"
      "  - {stage: train, network: vgg16, exits: 3, seconds: 300}\n"
      "  - {stage: train, network: resnet56, seconds: 400}\n");
  EXPECT_EQ(times.source, "by hand");
  EXPECT_EQ(seconds(times, "train/bits/fcn18_1/exits1/target/seed1"), 100);
  EXPECT_EQ(seconds(times, "train/blobs/vgg16/exits1/target/seed1"), 200);
  EXPECT_EQ(seconds(times, "train/blobs/vgg16/exits3/shadow0/seed1"), 300);
  EXPECT_EQ(seconds(times, "split/blobs/seed1"), 3);
  EXPECT_EQ(seconds(times, "ingest/blobs"), 1) << "what the file does not say";
  EXPECT_EQ(times.from_file, 8U + 2U);
  EXPECT_EQ(times.unused, 1U) << "no resnet56 in this study";
}

TEST_F(SimulateCommand, RefusesTwoEntriesThatFitAJobEquallyWell) {
  EXPECT_THAT(fault("times:\n"
                    "  - {stage: train, network: vgg16, seconds: 200}\n"
                    "  - {stage: train, dataset: blobs, seconds: 300}\n"),
              AllOf(HasSubstr("times.yaml:3:5: times.1: fits train/blobs/vgg16/"), HasSubstr("as well as times.0")));
}

TEST_F(SimulateCommand, SaysWhereAFileOfTimesIsWrong) {
  EXPECT_THAT(fault("times:\n  - {stage: trian, seconds: 2}\n"),
              AllOf(HasSubstr("times.yaml:2:13"), HasSubstr("did you mean \"train\"?")));
  EXPECT_THAT(fault("default: {trian: 2}\n"),
              AllOf(HasSubstr("times.yaml:1:11"), HasSubstr("did you mean \"train\"?")));
  EXPECT_THAT(fault("times:\n  - {stage: train, netwrok: vgg16, seconds: 2}\n"),
              AllOf(HasSubstr("times.yaml:2:20"), HasSubstr("did you mean \"network\"?")));
  EXPECT_THAT(fault("times:\n  - {stage: train, seconds: 0}\n"), HasSubstr("above 0"));
  EXPECT_THAT(fault("times:\n  - {stage: train}\n  - {seconds: 2}\n"),
              AllOf(HasSubstr("times.yaml:2:5: times.0: seconds is missing"),
                    HasSubstr("times.yaml:3:5: times.1: stage is missing")));
}

TEST_F(SimulateCommand, TellsOfAFileOfTimes) {
  const Said said = simulate({"--times", write("source: a guess\ndefault: {train: 5}\n")});
  EXPECT_THAT(said.out, AllOf(HasSubstr("times.yaml for 8 of "), HasSubstr("(\"a guess\"); else rough")));
}

}  // namespace
}  // namespace exitaudit
