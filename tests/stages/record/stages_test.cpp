// train, calibrate and record one after the other, on disk, as a worker runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/hash.h"
#include "pipeline/ranks/preemption.h"
#include "stages/calibrate/calibrate_options.h"
#include "stages/calibrate/calibrate_stage.h"
#include "stages/record/record_options.h"
#include "stages/record/record_stage.h"
#include "stages/schema/observations.h"
#include "stages/schema/thresholds.h"
#include "stages/schema/weights.h"
#include "stages/stage.h"
#include "stages/train/train_options.h"
#include "stages/train/train_stage.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit {
namespace {

constexpr std::int64_t kSamples = 80;

class StagesTest : public testing::Test {
 protected:
  StagesTest() {
    write("dataset", [](ArtifactWriter& out) { schema::write(out, test::tiny_rows(kSamples, 24, 4)); });
    write("partition", [](ArtifactWriter& out) { schema::write(out, test::tiny_partition(kSamples)); });
  }
  ~StagesTest() override { forget_stop(); }

  std::string file(const std::string& name) const { return (dir_.path() / (name + ".h5")).string(); }

  template <class Fill>
  void write(const std::string& noun, Fill fill) {
    ArtifactWriter out(file(noun), {.noun = noun,
                                    .job = noun,
                                    .fingerprint = sha256_hex(noun),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    fill(out);
    out.commit();
  }

  JobOrder order(const std::string& job, const std::string& noun, const ConfigSlice& config,
                 const std::vector<std::pair<std::string, std::string>>& inputs) const {
    JobOrder order;
    order.job = job;
    order.stage = job;
    order.noun = noun;
    order.fingerprint = sha256_hex(job);
    order.config = config.text();
    for (const auto& [name, from] : inputs) order.inputs.push_back({name, from, file(from), sha256_hex(from)});
    order.output = file(job);
    order.checkpoints = (dir_.path() / "checkpoints" / job).string();
    order.checkpoint_every = 0;
    return order;
  }

  static networks::NetworkOptions network(std::int64_t exits) {
    return {.family = networks::Family::kFcn18_1, .exits = exits, .width = 0.05};
  }

  JobOrder train_order(const std::string& job, std::int64_t exits) const {
    train::TrainJob settings;
    settings.dataset = "tiny";
    settings.role = "target";
    settings.network = network(exits);
    settings.train.epochs = 2;
    settings.train.batch_size = 8;
    resolve(settings);
    return order(job, "weights", make_slice(settings), {{"dataset", "dataset"}, {"partition", "partition"}});
  }

  JobOrder calibrate_order() const {
    const calibrate::CalibrateJob settings{.role = "target", .network = network(3), .calibrate = {}, .execution = {}};
    return order(
        "calibrate", "thresholds", make_slice(settings),
        {{"weights", "three"}, {"vanilla_weights", "vanilla"}, {"dataset", "dataset"}, {"partition", "partition"}});
  }

  JobOrder record_order() const {
    const record::RecordJob settings{
        .role = "target", .network = network(3), .record = {.attack_cap = 10}, .execution = {}};
    return order(
        "record", "observations", make_slice(settings),
        {{"weights", "three"}, {"thresholds", "calibrate"}, {"dataset", "dataset"}, {"partition", "partition"}});
  }

  void expect_done(const JobOrder& order, const StageFunction& stage) {
    const JobResult result = run_stage(order, stage);
    ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  }

  test::TempDir dir_;
};

TEST_F(StagesTest, LeaveWeightsThresholdsAndObservations) {
  expect_done(train_order("vanilla", 1), train::train_stage);
  expect_done(train_order("three", 3), train::train_stage);
  expect_done(calibrate_order(), calibrate::calibrate_stage);
  expect_done(record_order(), record::record_stage);

  const schema::Weights weights = schema::read_weights(ArtifactReader::open(file("three"), "weights"));
  EXPECT_THAT(weights.history.evaluated, testing::ElementsAre(2));
  const schema::Thresholds thresholds = schema::read_thresholds(ArtifactReader::open(file("calibrate"), "thresholds"));
  EXPECT_EQ(thresholds.test_accuracy_per_exit.size(), 3U);
  EXPECT_EQ(thresholds.on_test.exit_counts[0] + thresholds.on_test.exit_counts[1] + thresholds.on_test.exit_counts[2],
            16);
  // The evaluation of training and that of calibration saw the same members with the same weights.
  EXPECT_EQ(thresholds.train_accuracy_per_exit, weights.history.train_top1);
  const ArtifactReader record = ArtifactReader::open(file("record"), "observations");
  const schema::Observations observations = schema::read_observations(record);
  EXPECT_EQ(observations.count(), 20);
  EXPECT_EQ(observations.tau, thresholds.tau);
  EXPECT_EQ(record.header().environment.at("threads"), "1");
  EXPECT_EQ(record.header().environment.at("precision"), "fp32");
  EXPECT_TRUE(record.header().environment.contains("device_capability"));
}

TEST_F(StagesTest, TrainStopsOnRequestAndGoesOnWithTheSameBytes) {
  const JobResult undisturbed = run_stage(train_order("three", 3), train::train_stage);
  std::filesystem::remove(file("three"));
  std::filesystem::remove_all(dir_.path() / "checkpoints");
  request_stop();
  const JobResult stopped = run_stage(train_order("three", 3), train::train_stage);
  EXPECT_EQ(stopped.outcome, Outcome::kPreempted);
  EXPECT_THAT(stopped.message, testing::HasSubstr("run again to go on"));
  EXPECT_FALSE(std::filesystem::exists(file("three")));
  forget_stop();
  const JobResult resumed = run_stage(train_order("three", 3), train::train_stage);
  EXPECT_EQ(resumed.outcome, Outcome::kDone) << resumed.message;
  EXPECT_EQ(resumed.content, undisturbed.content);
}

TEST_F(StagesTest, RecordNamesTheArrayOfAnotherNetworksWeights) {
  expect_done(train_order("vanilla", 1), train::train_stage);
  expect_done(train_order("three", 3), train::train_stage);
  expect_done(calibrate_order(), calibrate::calibrate_stage);
  expect_done(train_order("vanilla", 1), train::train_stage);
  JobOrder wrong = record_order();
  wrong.inputs[0] = {"weights", "vanilla", file("vanilla"), sha256_hex("vanilla")};
  const JobResult result = run_stage(wrong, record::record_stage);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("vanilla.h5: array \"heads.0"));
}

TEST_F(StagesTest, SayThatADeviceIsNotThere) {
  JobOrder order = train_order("three", 3);
  order.device = "tpu";
  EXPECT_THAT(run_stage(order, train::train_stage).message, testing::HasSubstr("there is no device \"tpu\""));
  order.device = "cuda:0";
  if (!torch::cuda::is_available()) {
    EXPECT_THAT(run_stage(order, train::train_stage).message, testing::HasSubstr("this worker sees 0 GPUs"));
  }
}

}  // namespace
}  // namespace exitaudit
