#include "stages/measure_latency/timed_device.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <sstream>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/common/device.h"

#ifdef EXITAUDIT_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#endif

namespace exitaudit::measure_latency {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool labels_cpu(const std::string& label) {
  return lower(label).starts_with("cpu");
}

/// The driver's name of GPU `number`, empty where there is none.
std::string gpu_name([[maybe_unused]] int number) {
#ifdef EXITAUDIT_CUDA
  if (number < static_cast<int>(torch::cuda::device_count())) return at::cuda::getDeviceProperties(number)->name;
#endif
  return "";
}

int core_of(std::int64_t place) {
  const std::vector<int> cores = usable_cores();
  if (place < static_cast<std::int64_t>(cores.size())) return cores[static_cast<std::size_t>(place)];
  throw BadInput(
      fmt::format("measure_latency.devices wants more than the {} cores that this job may use", cores.size()));
}

std::vector<std::int64_t> processes_of(Communicator& team) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(team.size()));
  ids[static_cast<std::size_t>(team.rank())] = ::getpid();
  team.all_reduce_sum(std::span<std::int64_t>(ids));
  return ids;
}

}  // namespace

void check_label(const std::string& label, const std::string& gpu) {
  if (labels_cpu(label)) return;
  if (!gpu.empty() && !label.empty() && lower(gpu).find(lower(label)) != std::string::npos) return;
  throw BadInput(
      fmt::format("measure_latency.device is \"{}\", but this worker has {}: latencies belong to a machine, so measure "
                  "on one that has "
                  "it or say what is here (measure_latency.device=cpu)",
                  label, gpu.empty() ? "no GPU" : "a " + gpu));
}

TimedDevice::TimedDevice(StageContext& context, const MeasureLatencyOptions& options) {
  const std::int64_t place = context.team().rank() % options.devices;
  const bool cpu = labels_cpu(options.device);
  number_ = cpu ? core_of(place) : static_cast<int>(place);
  check_label(options.device, cpu ? "" : gpu_name(number_));
  if (cpu) pinned_ = std::make_unique<PinnedCore>(number_);
  look_around(context, options);
  const std::string name = cpu ? "cpu" : fmt::format("cuda:{}", number_);
  device_ = prepare_device(name, ExecutionOptions{.threads = 1, .deterministic = true});
}

void TimedDevice::look_around(StageContext& context, const MeasureLatencyOptions& options) {
  const std::vector<std::int64_t> gang = processes_of(context.team());
  const Surroundings seen = pinned_ ? look_around_core(number_) : look_around_gpu(number_, gang);
  context.note("device", fmt::format("{} ({} copies of {} devices)", options.device, gang.size(), options.devices));
  for (const auto& [name, text] : seen.notes) context.note(name, text);
  if (seen.warning.empty()) return;
  log_warning("{}", seen.warning);
  context.note("warning", seen.warning);
}

double TimedDevice::free_megabytes() const {
#ifdef EXITAUDIT_CUDA
  if (device_.is_cuda()) {
    const c10::cuda::CUDAGuard guard(device_);
    std::size_t free = 0;
    std::size_t total = 0;
    if (::cudaMemGetInfo(&free, &total) == cudaSuccess) return static_cast<double>(free) / (1024.0 * 1024.0);
  }
#endif
  std::ifstream file("/proc/meminfo");
  std::stringstream text;
  text << file.rdbuf();
  return parse_available_mb(text.str()).value_or(std::numeric_limits<double>::infinity());
}

}  // namespace exitaudit::measure_latency
