#include "stages/import_observations/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "pipeline/artifact/h5_output.h"
#include "pipeline/base/hash.h"
#include "stages/import_observations/import_latencies_stage.h"
#include "stages/import_observations/import_observations_options.h"
#include "stages/import_observations/import_observations_stage.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::import_observations {
namespace {

using ::testing::HasSubstr;

const std::string kGood =
    "index,score_0,score_1,score_2,label,member,exit\n"
    "40,0.7,0.2,0.1,0,1,0\n"
    "7,0.1,0.3,0.6,1,0,2\n";

class RecordingFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) {
    std::ofstream(folder_ / "target.csv", std::ios::binary) << text;
    return folder_ / "target.csv";
  }
  schema::Observations read(const std::string& text, std::int64_t exits = 3) {
    return to_observations(read_recording(write(text)), exits);
  }
  std::string fault(const std::string& text, std::int64_t exits = 3) {
    return test::message_of([&] { read(text, exits); });
  }
  test::TempDir folder_;
};

TEST_F(RecordingFile, BecomesObservationsOfAnswersAlone) {
  const schema::Observations o = read(kGood);
  EXPECT_TRUE(o.answers_only);
  EXPECT_EQ(o.exits, 3);
  EXPECT_EQ(o.classes, 3);
  EXPECT_EQ(o.features, 0);
  EXPECT_TRUE(std::isnan(o.tau));
  EXPECT_EQ(o.index, (std::vector<std::int64_t>{40, 7}));
  EXPECT_EQ(o.member, (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(o.label, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(o.exit_taken, (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(o.prediction, (std::vector<std::int32_t>{0, 2}));
  EXPECT_NEAR(o.confidence[1], 0.6, 1e-6);
  EXPECT_NEAR(o.loss[0], -std::log(0.7), 1e-6);
  EXPECT_NEAR(o.loss[1], -std::log(0.3), 1e-6);
  EXPECT_NEAR(o.logits[5], std::log(0.6), 1e-6);
  EXPECT_NO_THROW(schema::check(o));
}

TEST_F(RecordingFile, BecomesLatenciesOfTheSameSamples) {
  const schema::Latencies l =
      to_latencies(read_recording(write("index,score_0,score_1,label,member,exit,latency_ms_0,latency_ms_1\n"
                                        "40,1,0,0,1,1,5,5.5\n7,0,1,1,0,0,2,2.25\n")),
                   3);
  EXPECT_EQ(l.device, "recorded");
  EXPECT_EQ(l.clock, "recorded");
  EXPECT_EQ(l.disturbance, "");
  EXPECT_EQ(l.exits, 3);
  EXPECT_EQ(l.repeats, 2);
  EXPECT_EQ(l.index, (std::vector<std::int64_t>{40, 7}));
  EXPECT_EQ(l.copy, (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(l.exit_taken, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(l.latency_ms, (std::vector<double>{5, 5.5, 2, 2.25}));
  EXPECT_NO_THROW(schema::check(l));
}

TEST_F(RecordingFile, WithoutTimesHasNoLatencies) {
  EXPECT_THAT(test::message_of([&] { to_latencies(read_recording(write(kGood)), 3); }),
              HasSubstr("target.csv: holds no latencies; add latency_ms_0"));
}

TEST_F(RecordingFile, TellsWhichColumnsItHas) {
  const auto columns = [&](const std::string& header) { return columns_of(write(header)); };
  EXPECT_TRUE(columns("score_0, exit ,label\n").exit);
  EXPECT_FALSE(columns("score_0,exits,label\n1,0,0\n").exit);
  EXPECT_TRUE(columns("\xef\xbb\xbf\"latency_ms_0\",label\r\n").latency_ms);
  EXPECT_FALSE(columns("score_0,label\n1,latency_ms_0\n").latency_ms);
}

TEST_F(RecordingFile, CountsItsExits) {
  EXPECT_EQ(exits_of(write(kGood)), 3);
  EXPECT_EQ(exits_of(write("score_0,score_1,label,member\n1,0,0,1\n0,1,0,0\n")), 1);
}

TEST_F(RecordingFile, MayHoldLogitsInWhichNothingAddsUp) {
  const schema::Observations o = read("logit_0,logit_1,label,member\n3,1,0,1\n-2,5,0,0\n", 1);
  EXPECT_EQ(o.logits, (std::vector<float>{3, 1, -2, 5}));
  EXPECT_NEAR(o.confidence[0], 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(o.loss[1], 7 + std::log1p(std::exp(-7.0)), 1e-6);
  EXPECT_EQ(o.index, (std::vector<std::int64_t>{0, 1}));
}

TEST_F(RecordingFile, KeepsTheLossOfAnImpossibleLabelFinite) {
  EXPECT_NEAR(read("score_0,score_1,label,member\n1,0,1,1\n1,0,0,0\n", 1).loss[0], -std::log(kLeastProbability), 1e-3);
}

TEST_F(RecordingFile, MayComeFromOtherSystems) {
  const std::string windows =
      "\xef\xbb\xbf\"score_0\", score_1,label,member,latency_ms_0\r\n0.5,5e-1,1.0,1,3.5\r\n1,0,0,0,4\r\n\r\n";
  EXPECT_EQ(read(windows, 1).label, (std::vector<std::int32_t>{1, 0}));
}

TEST_F(RecordingFile, NamesAMissingColumn) {
  EXPECT_THAT(fault("score_0,score_1,member\n1,0,1\n"), HasSubstr("target.csv: has no column label; columns are"));
  EXPECT_THAT(fault("label,member\n1,1\n"), HasSubstr("has no column score_0 (or logit_0); the scores are missing"));
  EXPECT_THAT(fault("score_0,score_2,label,member\n1,0,0,1\n"), HasSubstr("column score_2 where score_1 is expected"));
}

TEST_F(RecordingFile, NamesAColumnThatItDoesNotKnow) {
  EXPECT_THAT(fault("score_0,score_1,label,member,exti\n1,0,0,1,0\n"),
              HasSubstr("unknown column \"exti\"; did you mean \"exit\"?"));
  EXPECT_THAT(fault("score_0,score_1,label,label,member\n1,0,0,0,1\n"), HasSubstr("two columns \"label\""));
  EXPECT_THAT(fault("score_0,logit_0,label,member\n1,0,0,1\n"), HasSubstr("score_… and logit_…; give one"));
}

TEST_F(RecordingFile, NamesARowOfAnotherLength) {
  EXPECT_THAT(fault("score_0,score_1,label,member\n1,0,0,1\n1,0,0\n"),
              HasSubstr("target.csv: row 3 has 3 fields; the header has 4"));
}

TEST_F(RecordingFile, NamesAFieldThatIsNoNumber) {
  EXPECT_THAT(fault("score_0,score_1,label,member\n1,0,cat,1\n"),
              HasSubstr("row 2: label is \"cat\"; expected a number"));
  EXPECT_THAT(fault("score_0,score_1,label,member\n1,,0,1\n"), HasSubstr("row 2: score_1 is empty"));
}

TEST_F(RecordingFile, NamesTheSampleOfABadValue) {
  const std::string header = "index,score_0,score_1,label,member,exit\n9,1,0,0,1,0\n";
  EXPECT_THAT(fault(header + "4711,nan,0.5,0,0,0\n"), HasSubstr("sample 4711 (row 3): score_0 is not a number"));
  EXPECT_THAT(fault(header + "4711,inf,0.5,0,0,0\n"), HasSubstr("sample 4711 (row 3): score_0 is infinite"));
  EXPECT_THAT(fault(header + "4711,0.5,0.498,0,0,0\n"), HasSubstr("sample 4711 (row 3): the scores add up to 0.998"));
  EXPECT_EQ(fault(header + "4711,0.5,0.4995,0,0,0\n"), "");
  EXPECT_THAT(fault(header + "4711,1.5,-0.5,0,0,0\n"), HasSubstr("score_1 is -0.5; scores are probabilities"));
  EXPECT_THAT(fault(header + "4711,1,0,0,0,3\n"), HasSubstr("exit is 3; expected a whole number from 0 to 2"));
  EXPECT_THAT(fault(header + "4711,1,0,0,0,0.5\n"), HasSubstr("exit is 0.5; expected a whole number"));
  EXPECT_THAT(fault(header + "4711,1,0,2,0,0\n"), HasSubstr("label is 2; expected a whole number from 0 to 1"));
  EXPECT_THAT(fault(header + "4711,1,0,0,2,0\n"), HasSubstr("member is 2; expected 1"));
  EXPECT_THAT(fault(header + "9,1,0,0,0,0\n"), HasSubstr("sample 9 (row 3): this index is there twice"));
  EXPECT_THAT(fault(header + "-1,1,0,0,0,0\n"), HasSubstr("index is -1"));
  const std::string timed = "score_0,score_1,label,member,latency_ms_0,latency_ms_1\n1,0,0,1,2,";
  EXPECT_THAT(fault(timed + "-3\n"),
              HasSubstr("row 2: latency_ms_1 is -3; expected a time in milliseconds, more than 0"));
  EXPECT_THAT(fault(timed + "0\n"), HasSubstr("row 2: latency_ms_1 is 0; expected"));
  EXPECT_THAT(fault(timed + "nan\n"), HasSubstr("row 2: latency_ms_1 is nan; expected"));
  EXPECT_THAT(fault(timed + "inf\n"), HasSubstr("row 2: latency_ms_1 is inf; expected"));
  EXPECT_THAT(fault(timed + "\n"), HasSubstr("row 2: latency_ms_1 is empty"));
  EXPECT_THAT(fault(timed + "3\n0,1,1,0,2\n"), HasSubstr("row 3 has 5 fields; the header has 6"));
  EXPECT_THAT(fault("score_0,score_1,label,member,latency_ms_1\n"),
              HasSubstr("has the column latency_ms_1 where latency_ms_0 is expected"));
}

TEST_F(RecordingFile, NeedsMembersAndOthers) {
  EXPECT_THAT(fault("score_0,score_1,label,member\n1,0,0,1\n"), HasSubstr("holds 1 members and 0 non-members"));
  EXPECT_THAT(fault("score_0,score_1,label,member\n1,0,0,0\n"), HasSubstr("holds 0 members and 1 non-members"));
  EXPECT_THAT(fault("score_0,score_1,label,member\n"), HasSubstr("holds no samples"));
  EXPECT_THAT(fault("score_0,label,member\n1,0,0\n1,0,1\n"), HasSubstr("at least two classes"));
}

TEST_F(RecordingFile, RefusesWhatIsNoRecording) {
  EXPECT_THAT(fault(std::string("\x7f"
                                "ELF\x02\x01\0\0\xff\n",
                                10)),
              HasSubstr("is neither text nor HDF5"));
  EXPECT_THAT(fault("\x89HDF\r\n\x1a\ngarbage"), HasSubstr("target.csv cannot be read"));
  EXPECT_THAT(fault(""), HasSubstr("target.csv: is empty"));
  EXPECT_THAT(test::message_of([&] { read_recording(folder_ / "none.csv"); }), HasSubstr("there is no such file"));
}

TEST_F(RecordingFile, RefusesAHugeFileBeforeReadingIt) {
  std::filesystem::resize_file(write("x"), kMostBytes + 1);  // sparse
  EXPECT_THAT(test::message_of([&] { read_recording(folder_ / "target.csv"); }),
              HasSubstr("has 2.1 GB; recordings of"));
}

TEST_F(RecordingFile, RefusesMoreExitsThanANetworkHas) {
  EXPECT_THAT(test::message_of([&] { exits_of(write("exit\n4711\n")); }), HasSubstr("row 2: exit is 4711"));
}

/// The same recording as HDF5.
class H5Recording : public testing::Test {
 protected:
  H5Recording() {
    add("scores", H5Element::kFloat, {2, 3}, scores_.data());
    add("label", H5Element::kInt64, {2}, label_.data());
  }
  template <class T>
  void add(const std::string& name, H5Element element, const std::vector<std::int64_t>& shape, const T* values) {
    H5Array array;
    array.element = element;
    array.shape = shape;
    file_->write(name, array, values);
  }
  std::filesystem::path close() {
    file_->close();
    return folder_ / "target.h5";
  }
  std::string fault() {
    return test::message_of([&] { to_observations(read_recording(close()), 3); });
  }

  test::TempDir folder_;
  std::vector<float> scores_{0.7F, 0.2F, 0.1F, 0.1F, 0.3F, 0.6F};
  std::vector<std::int64_t> label_{0, 1};
  std::vector<std::uint8_t> member_{1, 0};
  std::vector<std::int32_t> exit_{0, 2};
  std::unique_ptr<H5Output> file_ = std::make_unique<H5Output>(folder_ / "target.h5", folder_ / "target.h5", 512);
};

TEST_F(H5Recording, HoldsWhatACsvHolds) {
  add("member", H5Element::kFlag, {2}, member_.data());
  add("exit", H5Element::kInt32, {2}, exit_.data());
  const std::filesystem::path path = close();
  EXPECT_EQ(exits_of(path), 3);
  const schema::Observations o = to_observations(read_recording(path), 3);
  EXPECT_EQ(o.member, member_);
  EXPECT_EQ(o.exit_taken, exit_);
  EXPECT_EQ(o.prediction, (std::vector<std::int32_t>{0, 2}));
  EXPECT_NEAR(o.loss[1], -std::log(0.3), 1e-6);
}

TEST_F(H5Recording, NamesWhatIsMissing) {
  EXPECT_THAT(fault(), HasSubstr("target.h5: has no dataset member"));
}

TEST_F(H5Recording, NamesUnequalLengths) {
  add("member", H5Element::kUint8, {1}, member_.data());
  EXPECT_THAT(fault(), HasSubstr("dataset member has 1 rows, label has 2"));
}

TEST_F(H5Recording, NamesADatasetThatItDoesNotKnow) {
  add("membr", H5Element::kUint8, {2}, member_.data());
  EXPECT_THAT(fault(), HasSubstr("unknown dataset \"membr\"; did you mean \"member\"?"));
}

TEST_F(H5Recording, NamesAWrongShape) {
  add("member", H5Element::kUint8, {2, 1}, member_.data());
  EXPECT_THAT(fault(), HasSubstr("dataset member has the shape [2, 1]; expected [samples]"));
}

TEST_F(H5Recording, HoldsTheTimesThatACsvHolds) {
  const std::vector<double> times{5, 5.5, 6, 2, 2.25, 2.5};
  add("member", H5Element::kFlag, {2}, member_.data());
  add("latency_ms", H5Element::kDouble, {2, 3}, times.data());
  const std::filesystem::path path = close();
  EXPECT_TRUE(columns_of(path).latency_ms);
  EXPECT_FALSE(columns_of(path).exit);
  const schema::Latencies l = to_latencies(read_recording(path), 1);
  EXPECT_EQ(l.repeats, 3);
  EXPECT_EQ(l.latency_ms, times);
}

TEST_F(H5Recording, NamesTimesOfAnotherShape) {
  const std::vector<double> times{5, 2};
  add("member", H5Element::kFlag, {2}, member_.data());
  add("latency_ms", H5Element::kDouble, {1, 2}, times.data());
  EXPECT_THAT(fault(), HasSubstr("dataset latency_ms has 1 rows, label has 2"));
}

/// The stages as a worker runs them.
class ImportStage : public RecordingFile {
 protected:
  JobResult run(const std::string& sha256, const std::string& noun = "observations") {
    JobOrder order;
    order.job = "import_" + noun + "/mine/target";
    order.stage = "import_" + noun;
    order.noun = noun;
    order.fingerprint = sha256_hex("x");
    order.config = make_slice(ImportJob{.recording = "mine", .role = "target", .exits = 3, .sha256 = sha256}).text();
    order.data_folders = {"/elsewhere", file_hint("mine", "target", (folder_ / "target.csv").string())};
    order.output = (folder_ / "out.h5").string();
    return run_stage(order, noun == "latencies" ? import_latencies_stage : import_observations_stage);
  }
};

TEST_F(ImportStage, LeavesLatenciesWithTheirMeanTimes) {
  write("score_0,score_1,label,member,exit,latency_ms_0\n1,0,0,1,0,2\n0,1,1,0,0,3\n0,1,1,0,2,7\n");
  const JobResult result = run(sha256_file(folder_ / "target.csv"), "latencies");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const auto found = schema::read_latencies(ArtifactReader::open(folder_ / "out.h5", "latencies"));
  EXPECT_EQ(found.latency_ms, (std::vector<double>{2, 3, 7}));
  std::map<std::string, double> figures;
  for (const schema::Measurement& m : found.measurements) figures[m.slice + " " + m.metric] = m.value;
  EXPECT_EQ(figures,
            (std::map<std::string, double>{{"all mean_ms", 4}, {"exit=0 mean_ms", 2.5}, {"exit=2 mean_ms", 7}}));
}

TEST_F(ImportStage, LeavesNoLatenciesOfAFileWithoutTimes) {
  write(kGood);
  const JobResult result = run(sha256_file(folder_ / "target.csv"), "latencies");
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("holds no latencies"));
}

TEST_F(ImportStage, LeavesObservations) {
  write(kGood);
  const JobResult result = run(sha256_file(folder_ / "target.csv"));
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_EQ(schema::read_observations(ArtifactReader::open(folder_ / "out.h5", "observations")).count(), 2);
}

TEST_F(ImportStage, RefusesAFileThatChangedSinceTheStudyWasLoaded) {
  write(kGood);
  const std::string before = sha256_file(folder_ / "target.csv");
  write(kGood + "8,1,0,0,1,0,1\n");
  const JobResult result = run(before);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("has changed since the study was loaded"));
}

}  // namespace
}  // namespace exitaudit::import_observations
