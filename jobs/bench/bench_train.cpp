#include <numeric>

#include "jobs/bench/bench.h"
#include "jobs/bench/bench_case.h"
#include "pipeline/base/clock.h"
#include "pipeline/base/memory.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/train/trainer.h"

namespace exitaudit {
namespace {

/// Whole epochs, without the evaluations that a study's recipe puts between them.
void run_epoch(train::Trainer& trainer) {
  do {
    trainer.step();
  } while (!trainer.between_epochs());
}

}  // namespace

std::string bench_train(const BenchCase& bench) {
  train::TrainJob job{.dataset = "random",
                      .role = "target",
                      .seed = 1,
                      .network = bench.network,
                      .train = bench.settings.train,
                      .execution = bench.settings.execution};
  job.train.epochs = 4;
  job.train.evaluate_every = 4;
  resolve(job);
  const torch::Device device = prepare_device(bench.flags.device, job.execution, job.train.precision);
  schema::Dataset data = bench_data(bench, bench.flags.samples);
  const auto network = bench_network(bench, data, device);
  train::TrainingSamples indices;
  indices.members.resize(static_cast<std::size_t>(bench.flags.samples));
  std::iota(indices.members.begin(), indices.members.end(), 0);
  const SampleBank samples(std::move(data), device);
  train::Trainer trainer(network, job, samples, std::move(indices));
  run_epoch(trainer);
  const SystemClock clock;
  const double started = clock.monotonic_seconds();
  run_epoch(trainer);  // ends with the losses on the host, so nothing is left queued
  const double seconds = clock.monotonic_seconds() - started;
  nlohmann::ordered_json line = describe(bench, device, count_parameters(network->plan()));
  line["batch"] = job.train.batch_size;
  line["seconds"] = seconds;
  line["samples_per_second"] = static_cast<double>(bench.flags.samples) / seconds;
  line["precision"] = kPrecisionNames[static_cast<std::size_t>(job.train.precision)];
  line["loss"] = trainer.history().loss.back();
  line["peak_memory_mb"] = peak_memory_mb();
  return line.dump();
}

}  // namespace exitaudit
