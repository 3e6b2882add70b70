#include "stages/measure_latency/measure_latency_stage.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/common/trained_network.h"
#include "stages/measure_latency/latency_gang.h"
#include "stages/measure_latency/measure_latency_options.h"
#include "stages/measure_latency/timed_device.h"
#include "stages/networks/cost.h"
#include "stages/schema/latencies.h"
#include "stages/schema/partition.h"
#include "stages/schema/thresholds.h"
#include "stages/statistics/mean_times.h"

namespace exitaudit::measure_latency {
namespace {

/// Beside weights and samples: activations, kernels and the runtime of one process. A worker that timed ResNet-56 on a
/// CPU peaked at 381 MB, of which samples and weights were 188.
constexpr double kRuntimeMegabytes = 300;
constexpr double kBytesPerMegabyte = 1024.0 * 1024.0;

/// A network that stops where it is confident, one sample at a time.
class EarlyExitModel final : public TimedModel {
 public:
  EarlyExitModel(const networks::MultiExitNetwork& network, const SampleBank& samples,
                 const std::vector<std::int64_t>& index, double tau)
      : network_(network), samples_(samples), index_(index_tensor(index, samples.device())), tau_(tau) {}

  void load(std::int64_t row) override { sample_ = samples_.inputs(index_.narrow(0, row, 1)); }
  std::int64_t answer() override { return network_.forward_until_confident(sample_, tau_).exit; }

 private:
  const networks::MultiExitNetwork& network_;
  const SampleBank& samples_;
  torch::Tensor index_;
  torch::Tensor sample_;
  double tau_;
};

/// Every rank finds the same, so all of them throw or none.
void check_memory(StageContext& context, const TimedDevice& timed, const networks::NetworkPlan& plan,
                  const schema::Dataset& dataset, std::int64_t copies) {
  double free = -timed.free_megabytes();
  context.team().all_reduce_max(std::span(&free, 1));  // the least of all ranks
  const double bytes = static_cast<double>(networks::count_parameters(plan)) * sizeof(float) +
                       static_cast<double>(dataset.samples.size());
  check_room(copies, bytes / kBytesPerMegabyte + kRuntimeMegabytes, -free,
             timed.device().is_cpu() ? "this machine's memory" : timed.device().str());
}

/// Between passes: the user sees how far it is, and a request to stop is heard.
std::function<void(std::int64_t)> pass_watch(StageContext& context, std::int64_t repeats) {
  const auto started = std::chrono::steady_clock::now();
  return [&context, repeats, started](std::int64_t done) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the measurement starts over");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const double fraction = static_cast<double>(done) / static_cast<double>(repeats);
    context.progress(fraction, fmt::format("pass {}/{}, {:.0f} s left", done, repeats, seconds * (1 / fraction - 1)));
  };
}

}  // namespace

void measure_latency_stage(StageContext& context) {
  const auto job = read_slice<MeasureLatencyJob>(context.config());
  const MeasureLatencyOptions& options = job.measure_latency;
  const TimedDevice timed(context, options);
  schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  const schema::Partition partition = schema::read_partition(context.input("partition"));
  schema::check(partition, dataset.count());
  const double tau = schema::read_thresholds(context.input("thresholds")).tau;
  const networks::NetworkShape shape = shape_for(dataset);
  check_memory(context, timed, networks::make_plan(job.network, shape), dataset,
               timed.device().is_cpu() ? context.team().size() : job.copies_per_device);
  const auto network = load_network(context, "weights", job.network, shape, timed.device());
  schema::Latencies found{.device = options.device,
                          .clock = {},
                          .disturbance = {},
                          .devices = options.devices,
                          .copies_per_device = job.copies_per_device,
                          .exits = network->exits(),
                          .repeats = options.repeats,
                          .index = schema::choose_samples(partition.side(job.samples_of), options.samples).index,
                          .copy = {},
                          .exit_taken = {},
                          .latency_ms = {},
                          .measurements = {}};
  const SampleBank samples(std::move(dataset), timed.device());
  const torch::NoGradGuard no_gradient;
  EarlyExitModel model(*network, samples, found.index, tau);
  const auto stopwatch = make_stopwatch(timed.device());
  GangTimes times =
      time_gang(found.count(), model, *stopwatch,
                {.warmup = options.warmup, .repeats = options.repeats, .stream = {"measure_latency", context.job()}},
                context.team(), pass_watch(context, options.repeats));
  if (context.team().rank() != 0) return;
  if (times.wavering > 0) log_warning("{} samples did not leave at the same exit in every pass", times.wavering);
  found.clock = stopwatch->clock();
  found.overhead_ms = times.overhead_ms;
  found.copy = std::move(times.copy);
  found.exit_taken = std::move(times.exit);
  found.latency_ms = std::move(times.latency_ms);
  found.measurements = statistics::mean_times(found);
  note_environment(context.output().header(), timed.device(), {.threads = 1, .deterministic = true});
  schema::write(context.output(), found);
}

}  // namespace exitaudit::measure_latency
