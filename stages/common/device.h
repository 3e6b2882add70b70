#pragma once
// The device of a job, its threads and its arithmetic: what changes the last bits of a result.

#include <torch/torch.h>

#include <string>

#include "pipeline/artifact/header.h"
#include "stages/common/execution_options.h"

namespace exitaudit {

/// Sets this process's threads, determinism and float arithmetic, and returns the device called `name` ("cpu",
/// "cuda:0"). Throws BadInput where it is not there or does not have the arithmetic asked for.
torch::Device prepare_device(const std::string& name, const ExecutionOptions& options,
                             Precision precision = Precision::kFp32);

/// "cpu AVX512", "cuda 9.0": devices that differ in it may differ in the last bits.
std::string device_capability(const torch::Device& device);

/// Notes capability, precision, determinism and threads in an artifact's header.
void note_environment(ArtifactHeader& header, const torch::Device& device, const ExecutionOptions& options,
                      Precision precision = Precision::kFp32);

/// bfloat16 arithmetic while it lives, where `precision` asks for it.
class AutocastGuard {
 public:
  AutocastGuard(const torch::Device& device, Precision precision);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  torch::DeviceType type_;
  bool active_;
};

/// torch's generator behind dropout on this device.
at::Generator dropout_generator(const torch::Device& device);

}  // namespace exitaudit
