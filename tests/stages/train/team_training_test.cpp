// Data-parallel training: n ranks with batches of B make the steps of one rank with n B. The ranks are threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "stages/common/tensor_io.h"
#include "stages/networks/initialize.h"
#include "stages/train/trainer.h"
#include "tests/support/temp_dir.h"
#include "tests/support/thread_team.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::train {
namespace {

using networks::Family;
using networks::Layer;
using networks::LayerKind;

TEST(SliceOf, SharesOutAllSamplesInOrderAndEvenly) {
  for (std::int64_t samples = 0; samples < 60; ++samples) {
    for (int ranks = 1; ranks <= 9; ++ranks) {
      std::int64_t next = 0, longest = 0, shortest = samples;
      for (int rank = 0; rank < ranks; ++rank) {
        const Slice slice = slice_of(samples, rank, ranks);
        EXPECT_EQ(slice.first, next);
        next += slice.count;
        if (slice.count == 0) continue;
        longest = std::max(longest, slice.count);
        shortest = std::min(shortest, slice.count);
      }
      EXPECT_EQ(next, samples);
      EXPECT_LE(longest - shortest, 1);
    }
  }
}

TEST(SliceOf, LeavesNoRankWithALoneSample) {
  for (std::int64_t samples = 2; samples < 60; ++samples) {
    for (int rank = 0; rank < 9; ++rank) EXPECT_NE(slice_of(samples, rank, 9).count, 1) << samples;
  }
}

/// What is left out of the networks here: dropout's draws differ between ranks, batch statistics between slices.
enum class Without { kDropout, kDropoutAndBatchNorm };

networks::NetworkPlan plan_without(networks::NetworkPlan plan, Without what) {
  const auto strip = [&](std::vector<Layer>& layers) {
    std::erase_if(layers, [&](const Layer& layer) {
      return layer.kind == LayerKind::kDropout ||
             (what == Without::kDropoutAndBatchNorm && layer.kind == LayerKind::kBatchNorm);
    });
  };
  strip(plan.stem);
  strip(plan.end);
  for (networks::BlockPlan& block : plan.blocks) strip(block.body);
  for (networks::HeadPlan& head : plan.heads) strip(head.layers);
  return plan;
}

struct Setting {
  Family family = Family::kFcn18_1;
  Without without = Without::kDropout;
  bool synchronized = false;
  std::int64_t batch_size = 12;
};

/// A training of a tiny network, as any number of ranks do it. 22 members.
class Training {
 public:
  explicit Training(const Setting& setting) : setting_(setting) {
    job_.dataset = "tiny";
    job_.role = "target";
    job_.network = {.family = setting.family, .exits = 3, .width = 0.05};
    job_.train.epochs = 2;
    job_.train.batch_size = setting.batch_size;
    job_.train.evaluate_every = 1;
    job_.train.learning_rate = 0.01;
    job_.train.synchronize_batch_norm = setting.synchronized;
    resolve(job_);
    dataset_ = networks::takes_images(setting.family) ? test::tiny_images(88, 4) : test::tiny_rows(88, 24, 4);
  }

  /// Calls `act` with each rank's trainer.
  void on_ranks(int ranks, const std::function<void(Trainer&, int rank)>& act) const {
    test::run_team(ranks, [&](Communicator& team) {
      at::set_num_threads(1);  // each of torch's thread pools would fight for the same cores
      const SampleBank samples(dataset_, torch::kCPU);
      Trainer trainer(network(), job_, samples, indices(), team);
      act(trainer, team.rank());
    });
  }
  std::vector<schema::Weights> run(int ranks) const {
    std::vector<schema::Weights> weights(static_cast<std::size_t>(ranks));
    on_ranks(ranks, [&](Trainer& trainer, int rank) {
      while (!trainer.finished()) trainer.step();
      weights[static_cast<std::size_t>(rank)] = trainer.weights();
    });
    return weights;
  }
  TrainJob& job() { return job_; }
  const schema::Dataset& dataset() const { return dataset_; }
  TrainingSamples indices() const {
    const schema::Partition partition = test::tiny_partition(dataset_.count());
    return {partition.target.members, partition.target.non_members};
  }
  std::shared_ptr<networks::MultiExitNetwork> network() const {
    const auto plan = make_plan(job_.network, {dataset_.shape, dataset_.classes, dataset_.mean, dataset_.deviation});
    auto made = std::make_shared<networks::MultiExitNetwork>(plan_without(plan, setting_.without));
    networks::initialize(*made, {job_.dataset, job_.role, job_.seed});
    return made;
  }

 private:
  Setting setting_;
  TrainJob job_;
  schema::Dataset dataset_;
};

double largest_difference(const schema::Weights& a, const schema::Weights& b) {
  double largest = 0;
  EXPECT_EQ(a.arrays.size(), b.arrays.size());
  for (std::size_t i = 0; i < a.arrays.size(); ++i) {
    for (std::size_t j = 0; j < a.arrays[i].values.size(); ++j) {
      largest = std::max<double>(largest, std::abs(a.arrays[i].values[j] - b.arrays[i].values[j]));
    }
  }
  return largest;
}

struct Case {
  std::string name;
  Setting setting;
  int ranks;
};
class Team : public testing::TestWithParam<Case> {};

// 22 members: batches of 12 and 10 (of three ranks 4, 3 and 3); of 18 and 4, where the third rank of three has none.
INSTANTIATE_TEST_SUITE_P(
    Kinds, Team,
    testing::Values(Case{"rows", {.without = Without::kDropoutAndBatchNorm}, 2},
                    Case{"rows_and_an_empty_slice", {.without = Without::kDropoutAndBatchNorm, .batch_size = 18}, 3},
                    Case{"rows_and_unequal_slices", {.without = Without::kDropoutAndBatchNorm}, 3},
                    Case{"rows_normalized_together_and_unequal_slices", {.synchronized = true}, 3},
                    Case{"rows_normalized_together", {.synchronized = true}, 2},
                    Case{"rows_normalized_together_and_an_empty_slice", {.synchronized = true, .batch_size = 18}, 3},
                    Case{"images", {.family = Family::kVgg16, .without = Without::kDropoutAndBatchNorm}, 2},
                    Case{"images_normalized_together", {.family = Family::kVgg16, .synchronized = true}, 2},
                    Case{"images_normalized_together_and_an_empty_slice",
                         {.family = Family::kVgg16, .synchronized = true, .batch_size = 18},
                         3}),
    [](const auto& each) { return each.param.name; });

TEST_P(Team, TrainsAsOneRankWithTheWholeBatch) {
  const auto [name, setting, ranks] = GetParam();
  const schema::Weights alone = Training(setting).run(1).front();
  Setting sliced = setting;
  sliced.batch_size /= ranks;
  const std::vector<schema::Weights> team = Training(sliced).run(ranks);
  EXPECT_LT(largest_difference(team[0], alone), 2e-4);
  for (std::size_t i = 0; i < alone.history.loss.size(); ++i) {
    EXPECT_NEAR(team[0].history.loss[i], alone.history.loss[i], 1e-4);
  }
  ASSERT_EQ(team[0].history.test_top1.size(), alone.history.test_top1.size());
  for (std::size_t i = 0; i < alone.history.test_top1.size(); ++i) {
    EXPECT_NEAR(team[0].history.test_top1[i], alone.history.test_top1[i], 1.5 / 18);  // one sample, at a near tie
    EXPECT_NEAR(team[0].history.train_top1[i], alone.history.train_top1[i], 1.5 / 22);
  }
  for (const schema::Weights& other : team) EXPECT_EQ(largest_difference(team[0], other), 0) << "ranks drifted apart";
}

TEST(TeamTraining, WithoutSynchronizationNormalizesEachSliceByItself) {
  const schema::Weights alone = Training({.batch_size = 12}).run(1).front();
  EXPECT_GT(largest_difference(Training({.batch_size = 6}).run(2)[0], alone), 1e-3);
}

TEST(TeamTraining, ReportsTheAccuraciesOfTheWeightsThatRankZeroKeeps) {
  const Training training({.batch_size = 6});
  const std::vector<schema::Weights> team = training.run(2);
  const SampleBank samples(training.dataset(), torch::kCPU);
  const auto network = training.network();
  load_arrays(*network, team[0].arrays, "weights");
  const ExitAccuracies found = exit_accuracies(*network, samples, training.indices().members, 256);
  const auto& history = team[0].history.train_top1;
  EXPECT_EQ(found.top1, std::vector<double>(history.end() - 3, history.end()));
  EXPECT_EQ(team[1].history.train_top1, history);
}

TEST(TeamTraining, GoesOnFromTheStateOfRankZeroWithTheSameBits) {
  const Training training({.batch_size = 6});
  const schema::Weights whole = training.run(2)[0];
  for (const int steps : {1, 2, 3}) {
    TrainingState saved;
    training.on_ranks(2, [&](Trainer& trainer, int rank) {
      for (int i = 0; i < steps; ++i) trainer.step();
      TrainingState state = trainer.state();
      if (rank == 0) saved = std::move(state);
    });
    training.on_ranks(2, [&](Trainer& trainer, int rank) {
      trainer.restore(saved);
      EXPECT_EQ(trainer.steps_done(), steps);
      while (!trainer.finished()) trainer.step();
      if (rank != 0) return;
      EXPECT_EQ(largest_difference(trainer.weights(), whole), 0);
      EXPECT_EQ(trainer.weights().history.loss, whole.history.loss);
    });
  }
}

TEST(TeamTraining, FailsOnAllRanksWhereTheLossDiverges) {
  Training training({.batch_size = 6});
  training.job().train.learning_rate = 1e30;
  std::atomic<int> failed = 0;
  training.on_ranks(3, [&](Trainer& trainer, int) {
    const std::string message = test::message_of([&] {
      while (!trainer.finished()) trainer.step();
    });
    EXPECT_THAT(message, testing::HasSubstr("training diverged"));
    ++failed;
  });
  EXPECT_EQ(failed, 3);
}

/// The state of torch's generator after one step, as one rank of `size` left it: its own part of what a team gathers.
std::vector<std::uint8_t> generator_after_a_step(int rank, int size) {
  const Training training({.batch_size = 6});
  test::LoneRank team(rank, size);
  const SampleBank samples(training.dataset(), torch::kCPU);
  TrainJob job;
  job.dataset = "tiny";
  job.role = "target";
  job.network = {.family = Family::kFcn18_1, .exits = 1, .width = 0.05};
  job.train.batch_size = 6;
  resolve(job);
  auto network = networks::make_network(job.network, {training.dataset().shape, training.dataset().classes, {}, {}});
  Trainer trainer(network, job, samples, training.indices(), team);
  trainer.step();
  std::vector<std::uint8_t> all = trainer.state().generator;
  all.resize(all.size() / static_cast<std::size_t>(size));
  return all;
}

TEST(TeamTraining, DrawsDropoutFromAStreamOfItsOwnOnEachRank) {
  const auto first = generator_after_a_step(0, 2);
  EXPECT_FALSE(first.empty());
  EXPECT_NE(generator_after_a_step(1, 2), first);
  EXPECT_NE(generator_after_a_step(2, 3), generator_after_a_step(1, 3));
  EXPECT_EQ(generator_after_a_step(0, 2), first);
}

}  // namespace
}  // namespace exitaudit::train
