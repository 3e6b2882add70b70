#include <algorithm>
#include <numeric>

#include "jobs/bench/bench.h"
#include "jobs/bench/bench_case.h"
#include "jobs/bench/forward_limit.h"
#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/base/memory.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/measure_boundary/hop_skip_jump.h"
#include "stages/statistics/mean.h"
#include "stages/train/trainer.h"

namespace exitaudit {
namespace {

constexpr std::int64_t kLessons = 512;
constexpr int kRounds = 3;

/// Images that are brighter by class, so that a network learns in a moment to be sure of them, and has boundaries.
void make_learnable(schema::Dataset& data) {
  const auto size = static_cast<std::size_t>(data.sample_size());
  for (std::size_t i = 0; i < data.samples.size(); ++i) {
    const auto label = static_cast<std::size_t>(data.labels[i / size]);
    const std::size_t level = 200 * label / static_cast<std::size_t>(data.classes);
    data.samples[i] = static_cast<std::uint8_t>(level + data.samples[i] / 5);
  }
}

void teach(const std::shared_ptr<networks::MultiExitNetwork>& network, const BenchCase& bench,
           const SampleBank& samples) {
  train::TrainJob job{.dataset = "random",
                      .role = "target",
                      .seed = 1,
                      .network = bench.network,
                      .train = {},
                      .execution = bench.settings.execution};
  job.train.epochs = 3;
  job.train.batch_size = 32;
  job.train.learning_rate = 0.02;
  resolve(job);
  train::TrainingSamples indices;
  indices.members.resize(kLessons);
  std::iota(indices.members.begin(), indices.members.end(), 0);
  train::Trainer trainer(network, job, samples, std::move(indices));
  while (!trainer.finished()) trainer.step();
}

measure_boundary::HopSkipJumpSettings settings_of(const BenchCase& bench) {
  const auto& options = bench.settings.measure_boundary;
  return {
      .iterations = options.iterations, .initial_probes = options.initial_probes, .most_probes = options.most_probes};
}

}  // namespace

std::string bench_boundary(const BenchCase& bench) {
  if (!networks::takes_images(bench.network.family)) {
    throw BadInput("bench boundary: HopSkipJump is for images; name vgg16, resnet56, mobilenet or wide_resnet32");
  }
  const torch::Device device = prepare_device(bench.flags.device, bench.settings.execution);
  const std::int64_t count = bench.flags.samples;
  schema::Dataset data = bench_data(bench, std::max(kLessons, count));
  make_learnable(data);
  const auto network = bench_network(bench, data, device);
  const std::vector<std::int64_t> shape = data.shape;
  const SampleBank samples(std::move(data), device);
  teach(network, bench, samples);
  std::vector<std::int64_t> index(static_cast<std::size_t>(count));
  std::iota(index.begin(), index.end(), 0);
  const torch::Tensor inputs = samples.inputs(index_tensor(index, device)).flatten(1).contiguous();
  const ForwardLimit limit(*network, samples, kLessons);
  const SystemClock clock;
  std::vector<double> rates, limits, ratios;
  std::int64_t decisions = 0;
  for (int round = 0; round < kRounds; ++round) {  // side by side, so that a noisy machine disturbs both
    limits.push_back(limit.rate(4 * kLessons));
    measure_boundary::NetworkOracle oracle(network, bench.flags.tau, shape);
    const double started = clock.monotonic_seconds();
    hop_skip_jump(oracle, inputs, index, {"bench"}, settings_of(bench));
    rates.push_back(static_cast<double>(oracle.queries()) / (clock.monotonic_seconds() - started));
    ratios.push_back(rates.back() / limits.back());
    decisions = oracle.queries();
  }
  nlohmann::ordered_json line = describe(bench, device, count_parameters(network->plan()));
  line["tau"] = bench.flags.tau;
  line["decisions"] = decisions;
  line["decisions_per_second"] = statistics::median(rates);
  line["limit"] = statistics::median(limits);
  line["limit_batch"] = limit.batch();
  line["ratio"] = statistics::median(ratios);
  line["ratios"] = ratios;
  line["peak_memory_mb"] = peak_memory_mb();
  return line.dump();
}

}  // namespace exitaudit
