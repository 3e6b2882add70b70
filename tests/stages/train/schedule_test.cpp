#include "stages/train/schedule.h"

#include <gtest/gtest.h>

#include "pipeline/config/config_slice.h"

namespace exitaudit::train {
namespace {

using networks::Family;

TrainJob job_of(Family family, const std::string& dataset = "cifar10", Optimizer optimizer = Optimizer::kSgd) {
  TrainJob job;
  job.dataset = dataset;
  job.network.family = family;
  job.train.optimizer = optimizer;
  resolve(job);
  return job;
}

// The table of specification 3 and X5.
TEST(Resolve, FillsRateAndDecayByNetwork) {
  EXPECT_EQ(job_of(Family::kVgg16).train.learning_rate, 0.1);
  EXPECT_EQ(job_of(Family::kVgg16).train.weight_decay, 5e-4);
  EXPECT_EQ(job_of(Family::kWideResnet32).train.weight_decay, 5e-4);
  EXPECT_EQ(job_of(Family::kResnet56).train.weight_decay, 1e-4);
  EXPECT_EQ(job_of(Family::kMobilenet).train.weight_decay, 1e-4);
  EXPECT_EQ(job_of(Family::kFcn18_1, "texas").train.learning_rate, 0.02);
  EXPECT_EQ(job_of(Family::kFcn18_3, "texas").train.learning_rate, 0.01);
  EXPECT_EQ(job_of(Family::kFcn18_4, "texas").train.learning_rate, 0.01);
  EXPECT_EQ(job_of(Family::kFcn18_4, "purchase").train.learning_rate, 0.02);
  EXPECT_EQ(job_of(Family::kFcn18_4, "purchase").train.weight_decay, 5e-4);
}

TEST(Resolve, GivesAdamItsOwnRateAndNoDecay) {
  EXPECT_EQ(job_of(Family::kVgg16, "cifar10", Optimizer::kAdam).train.learning_rate, 0.001);
  EXPECT_EQ(job_of(Family::kFcn18_1, "texas", Optimizer::kAdam).train.weight_decay, 0);
}

TEST(Resolve, KeepsWhatTheStudySays) {
  TrainJob job;
  job.train.learning_rate = 0.3;
  job.train.weight_decay = 0;
  resolve(job);
  EXPECT_EQ(job.train.learning_rate, 0.3);
  EXPECT_EQ(job.train.weight_decay, 0);
}

TEST(TrainJob, SurvivesItsSlice) {
  TrainJob before = job_of(Family::kFcn18_3, "texas");
  before.train.milestones = {2, 4};
  before.seed = 7;
  const auto after = read_slice<TrainJob>(make_slice(before));
  EXPECT_EQ(make_slice(after), make_slice(before));
  EXPECT_EQ(after.train.learning_rate, 0.01);
  EXPECT_EQ(after.train.milestones, before.train.milestones);
}

TEST(LearningRate, DecaysAfterEachMilestone) {
  const TrainOptions recipe = job_of(Family::kVgg16).train;
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 1), 0.1);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 35), 0.1);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 36), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 60), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 61), 0.001);
  EXPECT_NEAR(learning_rate(recipe, 100), 0.0001, 1e-18);
}

// c_i(e) = min(C_i, .01 + e C_i / 100).
TEST(ExitCoefficients, RampUpToTheirCeilings) {
  EXPECT_EQ(exit_weights(1, 5), std::vector<double>{1});
  const auto first = exit_weights(6, 1);
  ASSERT_EQ(first.size(), 6U);
  EXPECT_EQ(first[5], 1);
  EXPECT_DOUBLE_EQ(first[0], 0.01 + 0.0015);
  EXPECT_DOUBLE_EQ(first[4], 0.01 + 0.0075);
  const auto last = exit_weights(6, 100);
  EXPECT_DOUBLE_EQ(last[0], 0.15);
  EXPECT_DOUBLE_EQ(last[2], 0.45);
  EXPECT_DOUBLE_EQ(last[4], 0.75);
}

}  // namespace
}  // namespace exitaudit::train
