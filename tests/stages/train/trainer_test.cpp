#include "stages/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "stages/common/tensor_io.h"
#include "stages/networks/initialize.h"
#include "stages/train/checkpoint.h"
#include "stages/train/evaluation.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::train {
namespace {

TrainJob tiny_job(networks::Family family) {
  TrainJob job;
  job.dataset = "tiny";
  job.role = "target";
  job.network = {.family = family, .exits = 3, .width = 0.05};
  job.train.epochs = 3;
  job.train.batch_size = 8;
  job.train.evaluate_every = 2;
  resolve(job);
  return job;
}

/// A training of a tiny network on its own data.
struct TinyTraining {
  explicit TinyTraining(networks::Family family, TrainJob given, std::int64_t rows = 80)
      : job(std::move(given)),
        dataset(networks::takes_images(family) ? test::tiny_images(40, 4) : test::tiny_rows(rows, 24, 4)),
        samples(dataset, torch::kCPU),
        trainer(network(), job, samples, indices()) {}
  explicit TinyTraining(networks::Family family) : TinyTraining(family, tiny_job(family)) {}

  std::shared_ptr<networks::MultiExitNetwork> network() const {
    auto made = networks::make_network(job.network, {dataset.shape, dataset.classes, dataset.mean, dataset.deviation});
    networks::initialize(*made, {job.dataset, job.role, job.seed});
    return made;
  }
  TrainingSamples indices() const {
    const schema::Partition partition = test::tiny_partition(dataset.count());
    return {partition.target.members, partition.target.non_members};
  }
  void run_all() {
    while (!trainer.finished()) trainer.step();
  }

  TrainJob job;
  schema::Dataset dataset;
  SampleBank samples;
  Trainer trainer;
};

void expect_same(const schema::Weights& a, const schema::Weights& b) {
  ASSERT_EQ(a.arrays.size(), b.arrays.size());
  for (std::size_t i = 0; i < a.arrays.size(); ++i) {
    EXPECT_EQ(a.arrays[i].name, b.arrays[i].name);
    EXPECT_EQ(a.arrays[i].values, b.arrays[i].values) << a.arrays[i].name;
  }
  EXPECT_EQ(a.history.loss, b.history.loss);
  EXPECT_EQ(a.history.test_top1, b.history.test_top1);
}

class EveryKind : public testing::TestWithParam<networks::Family> {};
INSTANTIATE_TEST_SUITE_P(Trainer, EveryKind, testing::Values(networks::Family::kFcn18_1, networks::Family::kVgg16),
                         [](const auto& family) { return std::string(networks::name(family.param)); });

TEST_P(EveryKind, GivesTheSameBitsTwice) {
  TinyTraining first(GetParam()), second(GetParam());
  first.run_all();
  torch::rand({5});  // what else draws from torch's generator does not matter
  second.run_all();
  expect_same(first.trainer.weights(), second.trainer.weights());
}

TEST_P(EveryKind, ContinuesFromAnyStepWithTheSameBits) {
  TinyTraining whole(GetParam());
  whole.run_all();
  for (const int steps : {1, 2, 3, 4}) {  // within the first epoch, and at and behind its end
    TinyTraining begun(GetParam()), continued(GetParam());
    for (int i = 0; i < steps; ++i) begun.trainer.step();
    continued.trainer.restore(begun.trainer.state());
    continued.run_all();
    expect_same(whole.trainer.weights(), continued.trainer.weights());
  }
}

TEST_P(EveryKind, ContinuesFromAFileWithTheSameBits) {
  TinyTraining whole(GetParam()), begun(GetParam()), continued(GetParam());
  whole.run_all();
  for (int i = 0; i < 4; ++i) begun.trainer.step();
  const test::TempDir folder;
  const SystemClock clock;
  CheckpointFolder(folder.path(), "train/tiny", 0, clock).save(begun.trainer.state());
  continued.trainer.restore(CheckpointFolder(folder.path(), "train/tiny", 0, clock).newest().value());
  continued.run_all();
  expect_same(whole.trainer.weights(), continued.trainer.weights());
}

TEST(Trainer, LearnsItsMembersByHeart) {
  TrainJob job = tiny_job(networks::Family::kFcn18_1);
  job.network.width = 0.25;
  job.train.epochs = 40;
  job.train.batch_size = 100;
  TinyTraining training(networks::Family::kFcn18_1, job, 800);
  training.run_all();
  const schema::TrainingHistory& history = training.trainer.history();
  EXPECT_LT(history.loss.back(), 0.5 * history.loss.front());
  EXPECT_GT(history.train_top1.back(), 0.9);
}

TEST(Trainer, EvaluatesWhereDueAndAtTheEnd) {
  TinyTraining training(networks::Family::kFcn18_1);
  training.run_all();
  const schema::TrainingHistory& history = training.trainer.history();
  EXPECT_THAT(history.epoch, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(history.evaluated, testing::ElementsAre(2, 3));
  EXPECT_EQ(history.train_top1.size(), 2U * 3U);
  const auto& at5 = history.test_top5;
  EXPECT_THAT(at5, testing::Each(1.0));  // four classes: the right one is always among five
}

TEST(Trainer, EvaluatesTheWeightsItReturns) {
  TinyTraining training(networks::Family::kVgg16);
  training.run_all();
  const auto network = training.network();
  load_arrays(*network, training.trainer.weights().arrays, "weights");
  const ExitAccuracies found = exit_accuracies(*network, training.samples, training.indices().members, 3);
  const auto& history = training.trainer.history().train_top1;
  EXPECT_EQ(found.top1, std::vector<double>(history.end() - 3, history.end()));
}

TEST(Trainer, LeavesOutALastBatchOfOne) {
  TrainJob job = tiny_job(networks::Family::kFcn18_1);
  job.train.batch_size = 19;  // 20 members
  TinyTraining training(networks::Family::kFcn18_1, job);
  training.trainer.step();
  EXPECT_EQ(training.trainer.epochs_done(), 1);
}

TEST(Trainer, SaysThatTheLossDiverged) {
  TrainJob job = tiny_job(networks::Family::kFcn18_1);
  job.train.learning_rate = 1e30;
  TinyTraining training(networks::Family::kFcn18_1, job);
  const std::string message = test::message_of([&] { training.run_all(); });
  EXPECT_THAT(message, testing::ContainsRegex("the loss of exit [0-2] is -?(nan|inf) in epoch 1, step [23] of 3"));
  EXPECT_THAT(message, testing::HasSubstr("training diverged; lower train.learning_rate"));
}

TEST(Trainer, TrainsInBfloat16OnACpu) {
  TrainJob job = tiny_job(networks::Family::kVgg16);
  TinyTraining full(networks::Family::kVgg16, job);
  job.train.precision = Precision::kBf16;
  TinyTraining half(networks::Family::kVgg16, job);
  full.trainer.step();
  half.trainer.step();
  const double expected = full.trainer.state().loss_sum, found = half.trainer.state().loss_sum;
  EXPECT_NE(found, expected);                     // other arithmetic
  EXPECT_NEAR(found, expected, 0.02 * expected);  // of eight bits
  EXPECT_EQ(half.trainer.weights().arrays[0].values.size(), full.trainer.weights().arrays[0].values.size());
}

TEST(Trainer, GivesTheShadowAnotherOrderThanTheTarget) {
  TrainJob job = tiny_job(networks::Family::kFcn18_1);
  TinyTraining target(networks::Family::kFcn18_1, job);
  job.role = "shadow0";
  TinyTraining shadow(networks::Family::kFcn18_1, job);
  shadow.trainer.restore(target.trainer.state());  // the same weights and, in this test, the same members
  target.trainer.step();
  shadow.trainer.step();
  EXPECT_NE(target.trainer.state().loss_sum, shadow.trainer.state().loss_sum);
}

class CheckpointTest : public testing::Test {
 protected:
  CheckpointFolder folder(const std::string& job = "train/tiny", double every = 0) {
    return {dir_.path(), job, every, clock_};
  }
  /// Saves after each of `count` epochs.
  void save_epochs(int count) {
    TinyTraining training(networks::Family::kFcn18_1);
    CheckpointFolder checkpoints = folder();
    while (training.trainer.epochs_done() < count) {
      training.trainer.step();
      if (training.trainer.between_epochs()) checkpoints.save(training.trainer.state());
    }
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  test::TempDir dir_;
  ManualClock clock_;
};

TEST_F(CheckpointTest, KeepsTheNewestTwo) {
  save_epochs(3);
  EXPECT_THAT(files(), testing::ElementsAre("resume-000002-00000000.h5", "resume-000003-00000000.h5"));
  EXPECT_EQ(folder().newest()->epoch, 3);
}

TEST_F(CheckpointTest, PassesOverADamagedOne) {
  save_epochs(2);
  std::ofstream(dir_ / "resume-000002-00000000.h5", std::ios::in | std::ios::out | std::ios::binary).seekp(5000) << "!";
  EXPECT_EQ(folder().newest()->epoch, 1);
  save_epochs(2);  // and the damaged one is replaced
  EXPECT_EQ(folder().newest()->epoch, 2);
}

TEST_F(CheckpointTest, PassesOverAnotherJobs) {
  save_epochs(1);
  EXPECT_FALSE(folder("train/other").newest().has_value());
}

TEST_F(CheckpointTest, IsDueWhenItsTimeHasPassed) {
  const CheckpointFolder checkpoints = folder("train/tiny", 300);
  EXPECT_FALSE(checkpoints.due());
  clock_.tick(301);
  EXPECT_TRUE(checkpoints.due());
  EXPECT_FALSE(CheckpointFolder("", "train/tiny", 0, clock_).due());
}

TEST(LoadArrays, NamesWhatDoesNotFit) {
  auto network = TinyTraining(networks::Family::kFcn18_1).network();
  const auto good = module_arrays(*network);
  const auto message = [&](std::vector<schema::NamedArray> arrays) {
    return test::message_of([&] { load_arrays(*network, arrays, "w.h5"); });
  };
  auto missing = good, extra = good, reshaped = good;
  missing.erase(missing.begin());
  extra.push_back({"heads.9.mix", {1}, {0}});
  reshaped[0].shape = {1, 2};
  EXPECT_EQ(message(good), "");
  EXPECT_THAT(message(missing), testing::HasSubstr("w.h5: array \"" + good[0].name + "\" is missing"));
  EXPECT_THAT(message(extra), testing::HasSubstr("array \"heads.9.mix\" has no place in the network"));
  EXPECT_THAT(message(reshaped), testing::HasSubstr("has shape [1, 2], expected ["));
}

}  // namespace
}  // namespace exitaudit::train
