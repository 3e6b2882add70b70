#include "jobs/bench/forward_limit.h"

#include <algorithm>
#include <limits>

#include "pipeline/base/clock.h"

namespace exitaudit {
namespace {

constexpr std::int64_t kLargestBatch = 512;

void wait_for(const torch::Tensor& result) {
  result.flatten()[0].item<float>();  // a GPU works behind our back until it is asked for something
}

}  // namespace

ForwardLimit::ForwardLimit(networks::MultiExitNetwork& network, const SampleBank& samples, std::int64_t sample_count)
    : network_(network) {
  const std::int64_t most = std::min(sample_count, kLargestBatch);
  inputs_ = samples.inputs(torch::arange(most, torch::TensorOptions(torch::kLong).device(samples.device())));
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t batch = std::min<std::int64_t>(16, most); batch <= most; batch *= 2) {
    const torch::Tensor inputs = inputs_.narrow(0, 0, batch);
    time_passes(inputs, 1);  // warms up
    const std::int64_t passes = std::max<std::int64_t>(2, most / batch);
    const double seconds = time_passes(inputs, passes) / static_cast<double>(passes * batch);
    if (seconds >= best) continue;
    best = seconds;
    batch_ = batch;
  }
}

double ForwardLimit::time_passes(const torch::Tensor& inputs, std::int64_t passes) const {
  const torch::NoGradGuard no_gradient;
  network_.eval();
  const SystemClock clock;
  const double started = clock.monotonic_seconds();
  for (std::int64_t pass = 0; pass < passes; ++pass) wait_for(network_.forward_all(inputs).back());
  return clock.monotonic_seconds() - started;
}

double ForwardLimit::rate(std::int64_t sample_count) const {
  const std::int64_t passes = std::max<std::int64_t>(1, sample_count / batch_);
  return static_cast<double>(passes * batch_) / time_passes(inputs_.narrow(0, 0, batch_), passes);
}

}  // namespace exitaudit
