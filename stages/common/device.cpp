#include "stages/common/device.h"

#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <cstdlib>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"

namespace exitaudit {
namespace {

torch::Device parse_device(const std::string& name) {
  const bool known = name == "cpu" || name == "cuda" || name.starts_with("cuda:");
  if (!known) throw BadInput(fmt::format("there is no device \"{}\": write cpu or cuda:0", name));
  if (name == "cpu") return torch::kCPU;
  torch::Device device(torch::kCPU);
  try {
    device = torch::Device(name);
  } catch (const c10::Error&) {
    throw BadInput(fmt::format("there is no device \"{}\": write cpu or cuda:0", name));
  }
  const auto count = static_cast<int>(torch::cuda::device_count());
  if (device.index() < count && count > 0) return device;
  throw BadInput(fmt::format("device {} is asked for, this worker sees {} GPUs", name, count));
}

void set_determinism(bool deterministic) {
  at::Context& context = at::globalContext();
  // A GPU's rare kernels without a deterministic form warn rather than fail; filling fresh memory would only cost time.
  if (deterministic) ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
  context.setDeterministicAlgorithms(deterministic, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(false);
  context.setDeterministicCuDNN(deterministic);
  context.setBenchmarkCuDNN(!deterministic);
}

bool cpu_has_bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

void set_precision(const torch::Device& device, Precision precision) {
  if (device.is_cpu() && precision == Precision::kTf32) {
    throw BadInput("precision tf32 needs a GPU, this worker computes on the CPU; set train.precision to fp32 or bf16");
  }
  if (device.is_cpu()) {
    if (precision == Precision::kBf16 && !cpu_has_bfloat16()) {
      log_warning("this CPU has no bfloat16 arithmetic: train.precision: bf16 is slower here than fp32");
    }
    return;
  }
  at::globalContext().setAllowTF32CuBLAS(precision == Precision::kTf32);
  at::globalContext().setAllowTF32CuDNN(precision == Precision::kTf32);
}

}  // namespace

torch::Device prepare_device(const std::string& name, const ExecutionOptions& options, Precision precision) {
  const torch::Device device = parse_device(name);
  at::set_num_threads(static_cast<int>(options.threads));
  set_determinism(options.deterministic);
  set_precision(device, precision);
  return device;
}

std::string device_capability(const torch::Device& device) {
  if (device.is_cpu()) return "cpu " + at::get_cpu_capability();
  return device.str();
}

void note_environment(ArtifactHeader& header, const torch::Device& device, const ExecutionOptions& options,
                      Precision precision) {
  header.environment["device_capability"] = device_capability(device);
  header.environment["precision"] = kPrecisionNames[static_cast<std::size_t>(precision)];
  header.environment["deterministic"] = options.deterministic ? "true" : "false";
  header.environment["threads"] = std::to_string(options.threads);
}

AutocastGuard::AutocastGuard(const torch::Device& device, Precision precision)
    : type_(device.type()), active_(precision == Precision::kBf16) {
  if (!active_) return;
  at::autocast::increment_nesting();
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, at::kBFloat16);
}

AutocastGuard::~AutocastGuard() {
  if (!active_) return;
  at::autocast::set_autocast_enabled(type_, false);
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

at::Generator dropout_generator(const torch::Device& device) {
  return at::globalContext().defaultGenerator(device);
}

}  // namespace exitaudit
