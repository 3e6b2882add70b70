#include "jobs/bench/bench.h"
#include "jobs/bench/bench_case.h"
#include "jobs/bench/forward_limit.h"
#include "pipeline/base/clock.h"
#include "pipeline/base/memory.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/record/recorder.h"
#include "stages/statistics/mean.h"

namespace exitaudit {
namespace {

constexpr int kRounds = 5;

schema::ChosenSamples all_samples(std::int64_t count) {
  schema::ChosenSamples recorded;
  for (std::int64_t i = 0; i < count; ++i) {
    recorded.index.push_back(i);
    recorded.member.push_back(i % 2 == 0 ? 1 : 0);
  }
  return recorded;
}

}  // namespace

std::string bench_record(const BenchCase& bench) {
  const torch::Device device = prepare_device(bench.flags.device, bench.settings.execution);
  const std::int64_t count = bench.flags.samples;
  schema::Dataset data = bench_data(bench, count);
  const auto network = bench_network(bench, data, device);
  const SampleBank samples(std::move(data), device);
  const schema::ChosenSamples recorded = all_samples(count);
  const ForwardLimit limit(*network, samples, count);
  const std::int64_t batch = record::batch_size_on(device, bench.settings.record.batch_size);
  const SystemClock clock;
  std::vector<double> rates, limits, ratios;
  for (int round = 0; round < kRounds; ++round) {  // side by side, so that a noisy machine disturbs both
    limits.push_back(limit.rate(count));
    const double started = clock.monotonic_seconds();
    record::record(*network, samples, recorded, bench.flags.tau, batch);
    rates.push_back(static_cast<double>(count) / (clock.monotonic_seconds() - started));
    ratios.push_back(rates.back() / limits.back());
  }
  nlohmann::ordered_json line = describe(bench, device, count_parameters(network->plan()));
  line["batch"] = batch;
  line["samples_per_second"] = statistics::median(rates);
  line["limit"] = statistics::median(limits);
  line["limit_batch"] = limit.batch();
  line["ratio"] = statistics::median(ratios);
  line["ratios"] = ratios;
  line["peak_memory_mb"] = peak_memory_mb();
  return line.dump();
}

}  // namespace exitaudit
