#include <sys/resource.h>
#include <torch/version.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "jobs/bench/bench.h"
#include "jobs/bench/bench_data.h"
#include "pipeline/base/clock.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/networks/initialize.h"
#include "stages/train/trainer.h"

namespace exitaudit {
namespace {

double peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

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
  auto network = networks::make_network(job.network, {data.shape, data.classes, data.mean, data.deviation});
  networks::initialize(*network, {.dataset = job.dataset, .role = job.role, .seed = job.seed});
  network->to(device);
  const std::int64_t parameters = count_parameters(network->plan());
  train::TrainingSamples indices;
  indices.members.resize(static_cast<std::size_t>(bench.flags.samples));
  std::iota(indices.members.begin(), indices.members.end(), 0);
  const SampleBank samples(std::move(data), device);
  train::Trainer trainer(std::move(network), job, samples, std::move(indices));
  run_epoch(trainer);
  const SystemClock clock;
  const double started = clock.monotonic_seconds();
  run_epoch(trainer);  // ends with the losses on the host, so nothing is left queued
  const double seconds = clock.monotonic_seconds() - started;
  const nlohmann::ordered_json line{{"task", "train"},
                                    {"network", bench.flags.network},
                                    {"exits", bench.flags.exits},
                                    {"device", device.str()},
                                    {"batch", job.train.batch_size},
                                    {"samples", bench.flags.samples},
                                    {"seconds", seconds},
                                    {"samples_per_second", static_cast<double>(bench.flags.samples) / seconds},
                                    {"threads", job.execution.threads},
                                    {"parameters", parameters},
                                    {"torch", TORCH_VERSION},
                                    {"precision", kPrecisionNames[static_cast<std::size_t>(job.train.precision)]},
                                    {"deterministic", job.execution.deterministic},
                                    {"width", job.network.width},
                                    {"loss", trainer.history().loss.back()},
                                    {"capability", device_capability(device)},
                                    {"peak_memory_mb", peak_memory_mb()}};
  return line.dump();
}

}  // namespace exitaudit
