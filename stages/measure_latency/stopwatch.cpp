#include "stages/measure_latency/stopwatch.h"

#include <chrono>

#include "pipeline/base/error.h"

#ifdef EXITAUDIT_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#endif

namespace exitaudit::measure_latency {
namespace {

class SteadyStopwatch final : public Stopwatch {
 public:
  double time_ms(const std::function<void()>& work) override {
    const auto started = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
  }
  std::string clock() const override { return "steady_clock"; }
};

#ifdef EXITAUDIT_CUDA

class CudaStopwatch final : public Stopwatch {
 public:
  explicit CudaStopwatch(const torch::Device& device) : device_(device.index()) {}
  double time_ms(const std::function<void()>& work) override {
    const auto stream = at::cuda::getCurrentCUDAStream(device_);
    started_.record(stream);
    work();
    ended_.record(stream);
    ended_.synchronize();
    return started_.elapsed_time(ended_);
  }
  std::string clock() const override { return "cuda_events"; }

 private:
  c10::DeviceIndex device_;
  at::cuda::CUDAEvent started_{cudaEventDefault};  // keeps the time, unlike torch's own default
  at::cuda::CUDAEvent ended_{cudaEventDefault};
};

#endif

}  // namespace

std::unique_ptr<Stopwatch> make_stopwatch(const torch::Device& device) {
  if (device.is_cpu()) return std::make_unique<SteadyStopwatch>();
#ifdef EXITAUDIT_CUDA
  return std::make_unique<CudaStopwatch>(device);
#else
  throw BadInput("this build has no CUDA: latencies of a GPU need scripts/cuda_build.sh's");
#endif
}

}  // namespace exitaudit::measure_latency
