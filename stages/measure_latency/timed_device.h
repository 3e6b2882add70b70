#pragma once
// TimedDevice: the GPU or the pinned core that a rank of a gang measures on.

#include <torch/torch.h>

#include <memory>
#include <string>

#include "stages/measure_latency/measure_latency_options.h"
#include "stages/measure_latency/neighbours.h"
#include "stages/measure_latency/pinned_core.h"
#include "stages/stage.h"

namespace exitaudit::measure_latency {

/// Throws BadInput where `label` is not what the machine has: a label of a CPU begins with "cpu", a GPU's is part of
/// the name that its driver gives it ("h200" of "NVIDIA H200"); `gpu` is empty without one. Case does not matter.
void check_label(const std::string& label, const std::string& gpu);

class TimedDevice {
 public:
  /// Rank r takes device r mod `devices`; on a CPU it is pinned to that one of the cores that it may use. Collective:
  /// looks around before anything is computed, notes what it saw and warns where the device is shared.
  TimedDevice(StageContext& context, const MeasureLatencyOptions& options);

  const torch::Device& device() const { return device_; }
  /// Memory that copies of a model can still use, MB.
  double free_megabytes() const;

 private:
  void look_around(StageContext& context, const MeasureLatencyOptions& options);
  torch::Device device_{torch::kCPU};
  int number_ = 0;  ///< GPU as LibTorch counts, or core
  std::unique_ptr<PinnedCore> pinned_;
};

}  // namespace exitaudit::measure_latency
