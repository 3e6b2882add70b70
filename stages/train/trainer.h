#pragma once
// Trainer: one network, one recipe, step by step (specification 3). No files, no clock: whoever drives it decides when
// to save and when to stop, and a training that is continued from any state ends with the same bits on a CPU.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/base/random.h"
#include "stages/common/batches.h"
#include "stages/networks/network.h"
#include "stages/schema/weights.h"
#include "stages/train/evaluation.h"
#include "stages/train/flat_optimizer.h"
#include "stages/train/gradient_sync.h"
#include "stages/train/step_graph.h"
#include "stages/train/train_options.h"

namespace exitaudit::train {

/// What a network learns from and what it is evaluated on, by index in the sample bank.
struct TrainingSamples {
  std::vector<std::int64_t> members;
  std::vector<std::int64_t> test;
};

/// Where a training stands between two steps.
struct TrainingState {
  std::int64_t epoch = 0;               ///< epochs done
  std::int64_t step = 0;                ///< steps done of the epoch after them
  double loss_sum = 0;                  ///< of those steps, over samples
  std::vector<std::uint8_t> generator;  ///< dropout's generators, one rank's after the other's, where step > 0
  std::vector<schema::NamedArray> optimizer;
  schema::Weights weights;  ///< with the history so far
};

class Trainer {
 public:
  /// `job` must be resolved. Throws BadInput where fewer than two members are given. Of a team every rank has a trainer
  /// of the same network and steps it with the others; one of n ranks computes on its slice of n batches.
  Trainer(std::shared_ptr<networks::MultiExitNetwork> network, TrainJob job, const SampleBank& samples,
          TrainingSamples indices, Communicator& team = solo_communicator());

  /// One batch; the last of an epoch closes its history and evaluates where that is due. Throws Error(kFailure) where a
  /// loss is no longer finite, naming epoch, step and exit: on a CPU at once, on a GPU, which is not waited for within
  /// an epoch, at its end or when state() is asked for.
  void step();
  bool finished() const { return epoch_ == job_.train.epochs; }
  bool between_epochs() const { return step_ == 0; }
  std::int64_t epochs_done() const { return epoch_; }
  std::int64_t steps_done() const { return epoch_ * steps_per_epoch_ + step_; }
  double fraction_done() const;
  const schema::TrainingHistory& history() const { return history_; }

  schema::Weights weights() const;
  /// A team asks for it together (between epochs rank 0 may do so alone) and restores it together.
  TrainingState state();
  void restore(const TrainingState& state);

 private:
  void begin_epoch();
  void end_epoch();
  void evaluate();
  ExitAccuracies evaluate(const std::vector<std::int64_t>& index);
  torch::Tensor batch_inputs(const torch::Tensor& index) const;
  torch::Tensor losses_of(const torch::Tensor& inputs, const torch::Tensor& labels);
  void learn(const torch::Tensor& inputs, const torch::Tensor& labels);
  void count_losses();
  RandomStream epoch_stream(std::string_view purpose, std::int64_t extra = 0) const;
  RandomStream rank_stream(std::string_view purpose, std::int64_t extra = 0) const;
  std::int64_t batch_count(std::int64_t step) const;

  std::shared_ptr<networks::MultiExitNetwork> network_;
  TrainJob job_;
  const SampleBank& samples_;
  TrainingSamples indices_;
  FlatOptimizer optimizer_;
  StepGraph graph_;
  std::shared_ptr<const GradientSync> sync_;
  schema::TrainingHistory history_;
  std::int64_t batch_ = 0;  ///< samples of one step on all ranks
  double share_ = 1;        ///< of the latest step's samples, this rank's
  std::int64_t steps_per_epoch_ = 0;
  std::int64_t samples_per_epoch_ = 0;
  std::int64_t epoch_ = 0;
  std::int64_t step_ = 0;
  torch::Tensor order_;          ///< this epoch's members, shuffled
  torch::Tensor learning_rate_;  ///< this epoch's, on the device
  torch::Tensor exit_weights_;   ///< [exits] this epoch's, on the device
  torch::Tensor last_losses_;    ///< [exits] of the latest step, on the device
  torch::Tensor losses_;         ///< [steps, exits] of this epoch, on the device
  std::int64_t counted_ = 0;     ///< steps of this epoch whose losses are in loss_sum_
  double loss_sum_ = 0;          ///< of this epoch's counted steps, over samples
};

}  // namespace exitaudit::train
