#pragma once
// Samples on the device, as bytes, and batches of them as floats: no copy from the host inside a training loop.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "stages/schema/dataset.h"

namespace exitaudit {

/// A dataset's samples and labels on one device.
class SampleBank {
 public:
  SampleBank(schema::Dataset dataset, torch::Device device);

  /// Samples by their index in the dataset: floats in [0, 1], [n, shape...]; images with the channels last in memory.
  torch::Tensor inputs(const torch::Tensor& index) const;
  torch::Tensor labels(const torch::Tensor& index) const { return labels_.index_select(0, index); }  ///< [n] int64

  bool images() const { return images_; }
  const torch::Device& device() const { return device_; }

 private:
  torch::Device device_;
  bool images_;
  torch::Tensor samples_;  ///< [count, shape...] uint8
  torch::Tensor labels_;   ///< [count] int64
};

torch::Tensor index_tensor(const std::vector<std::int64_t>& index, torch::Device device);

struct Batch {
  std::int64_t first = 0;  ///< place of its first sample in the list of indices
  torch::Tensor inputs;
  torch::Tensor labels;
  std::int64_t count() const { return labels.size(0); }
};

/// Visits the samples `index` in their order, `batch_size` at a time; the last batch may be smaller.
void for_each_batch(const SampleBank& samples, const std::vector<std::int64_t>& index, std::int64_t batch_size,
                    const std::function<void(const Batch&)>& visit);

}  // namespace exitaudit
