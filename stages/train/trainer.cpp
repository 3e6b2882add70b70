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
#include "stages/train/evaluation.h"
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
                 TrainingSamples indices)
    : network_(std::move(network)),
      job_(std::move(job)),
      samples_(samples),
      indices_(std::move(indices)),
      optimizer_(*network_, job_.train) {
  const auto members = static_cast<std::int64_t>(indices_.members.size());
  const std::int64_t batch = job_.train.batch_size;
  if (members < 2) throw BadInput(fmt::format("training needs at least 2 members, the partition has {}", members));
  // Batch normalisation knows no variance of one sample: a last batch of one is left out.
  const bool lone_rest = members % batch == 1;
  samples_per_epoch_ = lone_rest ? members - 1 : members;
  steps_per_epoch_ = (samples_per_epoch_ + batch - 1) / batch;
  loss_sum_ = torch::zeros({}, torch::TensorOptions(torch::kDouble).device(samples_.device()));
}

double Trainer::fraction_done() const {
  const double steps = static_cast<double>(epoch_ * steps_per_epoch_ + step_);
  return steps / static_cast<double>(job_.train.epochs * steps_per_epoch_);
}

RandomStream Trainer::epoch_stream(std::string_view purpose, std::int64_t extra) const {
  return stream(purpose, job_.role, job_.dataset, networks::name(job_.network.family), job_.network.exits, job_.seed,
                epoch_ + 1, extra);
}

void Trainer::begin_epoch() {
  RandomStream shuffle = epoch_stream("shuffle");
  std::vector<std::int64_t> order;
  for (const std::int64_t place : shuffle.permutation(static_cast<std::int64_t>(indices_.members.size()))) {
    order.push_back(indices_.members[static_cast<std::size_t>(place)]);
  }
  order_ = index_tensor(order, samples_.device());
}

torch::Tensor Trainer::batch_inputs(const torch::Tensor& index) const {
  const torch::Tensor inputs = samples_.inputs(index);
  if (!job_.train.augment || !samples_.images()) return inputs;
  RandomStream random = epoch_stream("augment", step_);
  return augment(inputs, random);
}

void Trainer::step() {
  require(!finished(), "this training is finished");
  if (!order_.defined()) begin_epoch();
  if (step_ == 0) seed_dropout(samples_.device(), epoch_stream("dropout")());
  network_->train();
  const std::int64_t first = step_ * job_.train.batch_size;
  const torch::Tensor index = order_.narrow(0, first, std::min(job_.train.batch_size, samples_per_epoch_ - first));
  const torch::Tensor inputs = batch_inputs(index);
  optimizer_.zero_gradients();
  torch::Tensor loss;
  {
    const AutocastGuard autocast(samples_.device(), job_.execution.precision);
    loss = exit_loss(network_->forward_all(inputs), samples_.labels(index),
                     exit_coefficients(job_.network.exits, epoch_ + 1));
  }
  loss.backward();
  optimizer_.step(learning_rate(job_.train, epoch_ + 1));
  loss_sum_.add_(loss.detach().to(torch::kDouble), static_cast<double>(index.size(0)));
  if (++step_ == steps_per_epoch_) end_epoch();
}

void Trainer::end_epoch() {
  const double loss = loss_sum() / static_cast<double>(samples_per_epoch_);
  if (!std::isfinite(loss)) {
    throw Error(
        ErrorKind::kFailure,
        fmt::format("the loss is {} in epoch {}: training diverged; lower train.learning_rate", loss, epoch_ + 1));
  }
  history_.epoch.push_back(epoch_ + 1);
  history_.learning_rate.push_back(learning_rate(job_.train, epoch_ + 1));
  history_.loss.push_back(loss);
  ++epoch_;
  step_ = 0;
  loss_sum_.zero_();
  order_ = torch::Tensor();
  if (epoch_ % job_.train.evaluate_every == 0 || finished()) evaluate();
}

void Trainer::evaluate() {
  constexpr std::int64_t kBatch = 256;
  const ExitAccuracies train = exit_accuracies(*network_, samples_, indices_.members, kBatch);
  const ExitAccuracies test = exit_accuracies(*network_, samples_, indices_.test, kBatch);
  history_.evaluated.push_back(epoch_);
  append(history_.train_top1, train.top1);
  append(history_.train_top5, train.top5);
  append(history_.test_top1, test.top1);
  append(history_.test_top5, test.top5);
}

schema::Weights Trainer::weights() const {
  return {.exits = network_->exits(), .arrays = module_arrays(*network_), .history = history_};
}

TrainingState Trainer::state() const {
  return {.epoch = epoch_,
          .step = step_,
          .loss_sum = loss_sum(),
          .generator = step_ > 0 ? dropout_state(samples_.device()) : std::vector<std::uint8_t>{},
          .optimizer = optimizer_.state(),
          .weights = weights()};
}

void Trainer::restore(const TrainingState& state) {
  load_arrays(*network_, state.weights.arrays, "resume point");
  optimizer_.load(state.optimizer);
  history_ = state.weights.history;
  epoch_ = state.epoch;
  step_ = state.step;
  loss_sum_.fill_(state.loss_sum);
  order_ = torch::Tensor();
  if (step_ == 0) return;
  begin_epoch();
  restore_dropout(samples_.device(), state.generator);
}

}  // namespace exitaudit::train
