#pragma once
// ForwardLimit: the speed that inference can be held against: the network's batched forward pass through all exits, of
// inputs that already lie on the device as floats, at the batch size that suits it best.

#include <torch/torch.h>

#include "stages/common/batches.h"
#include "stages/networks/network.h"

namespace exitaudit {

class ForwardLimit {
 public:
  /// Tries batch sizes of 16 to 512 (of the first samples) and keeps the fastest.
  ForwardLimit(networks::MultiExitNetwork& network, const SampleBank& samples, std::int64_t sample_count);

  std::int64_t batch() const { return batch_; }
  /// Samples a second over about as many samples as given, in passes of the best size.
  double rate(std::int64_t sample_count) const;

 private:
  double time_passes(const torch::Tensor& inputs, std::int64_t passes) const;
  networks::MultiExitNetwork& network_;
  torch::Tensor inputs_;
  std::int64_t batch_ = 0;
};

}  // namespace exitaudit
