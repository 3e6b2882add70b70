#pragma once
// Stopwatch: how long a piece of work took, by the clock of the device that does it.

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <string>

namespace exitaudit::measure_latency {

class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  /// Milliseconds from the begin of `work` to the end of everything that it asked of the device. Contains what starting
  /// and stopping costs, which timing nothing shows.
  virtual double time_ms(const std::function<void()>& work) = 0;
  /// "cuda_events" or "steady_clock", as artifacts say it.
  virtual std::string clock() const = 0;
};

/// CUDA events on a GPU (specification 6.2), a monotonic clock on a CPU. Throws BadInput for a GPU in a build without
/// CUDA.
std::unique_ptr<Stopwatch> make_stopwatch(const torch::Device& device);

}  // namespace exitaudit::measure_latency
