#include "stages/train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "pipeline/base/error.h"
#include "stages/common/device.h"
#include "stages/common/tensor_io.h"
#include "stages/train/augment.h"
#include "stages/train/exit_loss.h"
#include "stages/train/schedule.h"

namespace exitaudit::train {
namespace {

void seed_dropout(const torch::Device& device, std::uint64_t seed) {
  at::Generator generator = dropout_generator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(seed);
}

std::vector<std::uint8_t> dropout_state(const torch::Device& device) {
  at::Generator generator = dropout_generator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return to_vector<std::uint8_t>(generator.get_state());
}

void restore_dropout(const torch::Device& device, const std::vector<std::uint8_t>& state) {
  at::Generator generator = dropout_generator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(torch::tensor(state, torch::kByte));
}

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

Trainer::Trainer(std::shared_ptr<networks::MultiExitNetwork> network, TrainJob job, const SampleBank& samples,
                 TrainingSamples indices, Communicator& team)
    : network_(std::move(network)),
      job_(std::move(job)),
      samples_(samples),
      indices_(std::move(indices)),
      optimizer_(*network_, job_.train),
      graph_([this](const torch::Tensor& inputs, const torch::Tensor& labels) { learn(inputs, labels); },
             samples_.device()),
      sync_(std::make_shared<const GradientSync>(team, samples_.device())),
      batch_(job_.train.batch_size * team.size()) {
  const auto members = static_cast<std::int64_t>(indices_.members.size());
  if (members < 2) throw BadInput(fmt::format("training needs at least 2 members, the partition has {}", members));
  // Batch normalisation knows no variance of one sample: a last batch of one is left out.
  const bool lone_rest = members % batch_ == 1;
  samples_per_epoch_ = lone_rest ? members - 1 : members;
  steps_per_epoch_ = (samples_per_epoch_ + batch_ - 1) / batch_;
  const auto floats = torch::TensorOptions(torch::kFloat).device(samples_.device());
  learning_rate_ = optimizer_.learning_rate_place();
  exit_weights_ = torch::ones({job_.network.exits}, floats);
  last_losses_ = torch::zeros({job_.network.exits}, floats);
  losses_ = torch::zeros({steps_per_epoch_, job_.network.exits}, floats);
  if (job_.train.synchronize_batch_norm && !sync_->alone()) {
    network_->synchronize_batch_norm([sync = sync_](const torch::Tensor& values) { sync->sum(values); });
  }
}

double Trainer::fraction_done() const {
  return static_cast<double>(steps_done()) / static_cast<double>(job_.train.epochs * steps_per_epoch_);
}

RandomStream Trainer::epoch_stream(std::string_view purpose, std::int64_t extra) const {
  return stream(purpose, job_.role, job_.dataset, networks::name(job_.network.family), job_.network.exits, job_.seed,
                epoch_ + 1, extra);
}

/// Rank 0's is that of a training on one rank.
RandomStream Trainer::rank_stream(std::string_view purpose, std::int64_t extra) const {
  if (sync_->rank() == 0) return epoch_stream(purpose, extra);
  return epoch_stream(fmt::format("{}/rank{}", purpose, sync_->rank()), extra);
}

/// Samples of one step on all ranks.
std::int64_t Trainer::batch_count(std::int64_t step) const {
  return std::min(batch_, samples_per_epoch_ - step * batch_);
}

void Trainer::begin_epoch() {
  RandomStream shuffle = epoch_stream("shuffle");
  std::vector<std::int64_t> order;
  for (const std::int64_t place : shuffle.permutation(static_cast<std::int64_t>(indices_.members.size()))) {
    order.push_back(indices_.members[static_cast<std::size_t>(place)]);
  }
  order_ = index_tensor(order, samples_.device());
  learning_rate_.fill_(learning_rate(job_.train, epoch_ + 1));
  exit_weights_.copy_(torch::tensor(exit_weights(job_.network.exits, epoch_ + 1), torch::kFloat));
}

torch::Tensor Trainer::batch_inputs(const torch::Tensor& index) const {
  const torch::Tensor inputs = samples_.inputs(index);
  if (!job_.train.augment || !samples_.images()) return inputs;
  RandomStream random = rank_stream("augment", step_);
  return augment(inputs, random);
}

/// [exits] means over the batch. Of none they are 0, and the network is passed only where the other ranks count on it.
torch::Tensor Trainer::losses_of(const torch::Tensor& inputs, const torch::Tensor& labels) {
  const bool empty = labels.size(0) == 0;
  if (empty && !job_.train.synchronize_batch_norm) return torch::zeros_like(last_losses_).requires_grad_(true);
  const AutocastGuard autocast(samples_.device(), job_.train.precision);
  std::vector<torch::Tensor> logits = network_->forward_all(inputs);
  if (!empty) return exit_losses(logits, labels);
  for (torch::Tensor& each : logits) each = each.to(torch::kFloat).sum();
  return torch::stack(logits);
}

/// One step's arithmetic, all of it on the device: a StepGraph may write it down once and replay it.
void Trainer::learn(const torch::Tensor& inputs, const torch::Tensor& labels) {
  optimizer_.zero_gradients();
  torch::Tensor losses = losses_of(inputs, labels);
  // The mean over a team's batch is the sum of the slices' means, each by its share.
  if (!sync_->alone()) losses = losses * share_;
  joint_loss(losses, exit_weights_).backward();
  losses = losses.detach();
  sync_->sum(optimizer_.gradient());
  sync_->sum(losses);
  optimizer_.step(learning_rate_);
  last_losses_.copy_(losses);
}

void Trainer::step() {
  require(!finished(), "this training is finished");
  if (!order_.defined()) begin_epoch();
  if (step_ == 0) seed_dropout(samples_.device(), rank_stream("dropout")());
  network_->train();
  const std::int64_t count = batch_count(step_);
  const Slice ours = slice_of(count, sync_->rank(), sync_->size());
  const torch::Tensor index = order_.narrow(0, step_ * batch_ + ours.first, ours.count);
  if (sync_->alone()) {
    graph_.run(batch_inputs(index), samples_.labels(index));
  } else {
    share_ = static_cast<double>(ours.count) / static_cast<double>(count);
    learn(batch_inputs(index), samples_.labels(index));
  }
  losses_.select(0, step_).copy_(last_losses_);
  ++step_;
  if (samples_.device().is_cpu()) count_losses();
  if (step_ == steps_per_epoch_) end_epoch();
}

/// Fetches the losses of the steps since the last call: the only place within an epoch where the host waits.
void Trainer::count_losses() {
  const auto exits = static_cast<std::size_t>(job_.network.exits);
  const std::vector<double> weights = exit_weights(job_.network.exits, epoch_ + 1);
  const std::vector<float> fetched = to_vector<float>(losses_.slice(0, counted_, step_));
  for (std::size_t first = 0; first < fetched.size(); first += exits, ++counted_) {
    double joint = 0;
    for (std::size_t exit = 0; exit < exits; ++exit) {
      const double loss = fetched[first + exit];
      if (!std::isfinite(loss)) {
        throw Error(ErrorKind::kFailure,
                    fmt::format("the loss of exit {} is {} in epoch {}, step {} of {}: training diverged; lower "
                                "train.learning_rate",
                                exit, loss, epoch_ + 1, counted_ + 1, steps_per_epoch_));
      }
      joint += weights[exit] * loss;
    }
    loss_sum_ += joint * static_cast<double>(batch_count(counted_));
  }
}

void Trainer::end_epoch() {
  count_losses();
  history_.epoch.push_back(epoch_ + 1);
  history_.learning_rate.push_back(learning_rate(job_.train, epoch_ + 1));
  history_.loss.push_back(loss_sum_ / static_cast<double>(samples_per_epoch_));
  ++epoch_;
  step_ = 0;
  counted_ = 0;
  loss_sum_ = 0;
  order_ = torch::Tensor();
  if (epoch_ % job_.train.evaluate_every == 0 || finished()) evaluate();
}

/// Of the weights that are kept: each rank answers for its share with rank 0's running statistics.
ExitAccuracies Trainer::evaluate(const std::vector<std::int64_t>& index) {
  constexpr std::int64_t kBatch = 256;
  const Slice ours = slice_of(static_cast<std::int64_t>(index.size()), sync_->rank(), sync_->size());
  const auto begin = index.begin() + ours.first;
  ExitHits hits = exit_hits(*network_, samples_, {begin, begin + ours.count}, kBatch);
  sync_->sum(hits.top1);
  sync_->sum(hits.top5);
  return accuracies(hits, index.size());
}

void Trainer::evaluate() {
  sync_->copy_from_first(network_->buffers());
  const ExitAccuracies train = evaluate(indices_.members);
  const ExitAccuracies test = evaluate(indices_.test);
  history_.evaluated.push_back(epoch_);
  append(history_.train_top1, train.top1);
  append(history_.train_top5, train.top5);
  append(history_.test_top1, test.top1);
  append(history_.test_top5, test.top5);
}

schema::Weights Trainer::weights() const {
  return {.exits = network_->exits(), .arrays = module_arrays(*network_), .history = history_};
}

TrainingState Trainer::state() {
  count_losses();
  return {.epoch = epoch_,
          .step = step_,
          .loss_sum = loss_sum_,
          .generator = step_ > 0 ? sync_->gather(dropout_state(samples_.device())) : std::vector<std::uint8_t>{},
          .optimizer = optimizer_.state(),
          .weights = weights()};
}

void Trainer::restore(const TrainingState& state) {
  load_arrays(*network_, state.weights.arrays, "resume point");
  optimizer_.load(state.optimizer);
  history_ = state.weights.history;
  epoch_ = state.epoch;
  step_ = state.step;
  counted_ = state.step;
  loss_sum_ = state.loss_sum;
  order_ = torch::Tensor();
  if (step_ == 0) return;
  begin_epoch();
  const auto each = static_cast<std::ptrdiff_t>(state.generator.size()) / sync_->size();
  const auto ours = state.generator.begin() + sync_->rank() * each;
  restore_dropout(samples_.device(), {ours, ours + each});
}

}  // namespace exitaudit::train
