#include "stages/train/train_stage.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/log.h"
#include "stages/common/device.h"
#include "stages/networks/initialize.h"
#include "stages/networks/network_text.h"
#include "stages/schema/partition.h"
#include "stages/train/checkpoint.h"
#include "stages/train/train_options.h"
#include "stages/train/trainer.h"

namespace exitaudit::train {
namespace {

/// The members, and the whole test part: the calibration samples are as unknown to the network as the others.
TrainingSamples samples_of(const schema::Partition& partition, const std::string& role) {
  const schema::Side& side = partition.side(role);
  TrainingSamples samples{.members = side.members, .test = side.non_members};
  if (partition.calibration_shared) return samples;
  samples.test.insert(samples.test.end(), side.calibration.begin(), side.calibration.end());
  return samples;
}

std::shared_ptr<networks::MultiExitNetwork> fresh_network(const TrainJob& job, const schema::Dataset& dataset,
                                                          const torch::Device& device) {
  auto network = networks::make_network(job.network, {dataset.shape, dataset.classes, dataset.mean, dataset.deviation});
  networks::initialize(*network, {.dataset = job.dataset, .role = job.role, .seed = job.seed});
  network->to(device);
  return network;
}

/// Ranks that went on from different points would train different networks.
void require_one_point(const Trainer& trainer, StageContext& context) {
  std::array<std::int64_t, 2> extremes{trainer.steps_done(), -trainer.steps_done()};
  context.team().all_reduce_max(std::span(extremes));
  if (extremes[0] == -extremes[1]) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: the ranks of the team found different resume points in {}; delete that folder and retry",
                          context.job(), context.checkpoint_folder()));
}

void stop(Trainer& trainer, CheckpointFolder& checkpoints, const StageContext& context) {
  const TrainingState state = trainer.state();
  if (context.team().rank() == 0) checkpoints.save(state);
  throw Error(ErrorKind::kStopped, fmt::format("{}: stopped on request after {} epochs; run again to go on",
                                               context.job(), trainer.epochs_done()));
}

void after_epoch(Trainer& trainer, const TrainJob& job, CheckpointFolder& checkpoints, const StageContext& context) {
  const schema::TrainingHistory& history = trainer.history();
  log_info("epoch {}/{} loss {:.4f}", trainer.epochs_done(), job.train.epochs, history.loss.back());
  fault_point("stage", context.job());
  const bool saves = context.team().rank() == 0 && checkpoints.due();
  if (!trainer.finished() && saves) checkpoints.save(trainer.state());
}

std::string describe_progress(const Trainer& trainer, const TrainJob& job) {
  const auto& losses = trainer.history().loss;
  const std::string loss = losses.empty() ? "" : fmt::format(" loss {:.3g}", losses.back());
  return fmt::format("epoch {}/{}{}", trainer.epochs_done(), job.train.epochs, loss);
}

void run(Trainer& trainer, const TrainJob& job, CheckpointFolder& checkpoints, StageContext& context) {
  while (!trainer.finished()) {
    trainer.step();
    if (trainer.between_epochs()) after_epoch(trainer, job, checkpoints, context);
    context.progress(trainer.fraction_done(), describe_progress(trainer, job));
    if (!trainer.finished() && context.stop_requested()) stop(trainer, checkpoints, context);
  }
}

}  // namespace

void train_stage(StageContext& context) {
  TrainJob job = read_slice<TrainJob>(context.config());
  resolve(job);
  const torch::Device device = prepare_device(context.device(), job.execution, job.train.precision);
  schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  const schema::Partition partition = schema::read_partition(context.input("partition"));
  schema::check(partition, dataset.count());
  auto network = fresh_network(job, dataset, device);
  log_info("{}", networks::to_text(network->plan()));
  const SampleBank samples(std::move(dataset), device);
  Trainer trainer(std::move(network), job, samples, samples_of(partition, job.role), context.team());
  const SystemClock clock;
  CheckpointFolder checkpoints(context.checkpoint_folder(), context.job(), context.checkpoint_every_seconds(), clock);
  if (const auto state = checkpoints.newest()) trainer.restore(*state);
  require_one_point(trainer, context);
  run(trainer, job, checkpoints, context);
  if (context.team().rank() != 0) return;
  note_environment(context.output().header(), device, job.execution, job.train.precision);
  schema::write(context.output(), trainer.weights());
}

}  // namespace exitaudit::train
