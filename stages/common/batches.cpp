#include "stages/common/batches.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace exitaudit {
namespace {

/// A tensor that keeps the vector alive it looks into.
torch::Tensor adopt(std::vector<std::uint8_t> values, const std::vector<std::int64_t>& shape) {
  auto owner = std::make_shared<std::vector<std::uint8_t>>(std::move(values));
  std::uint8_t* data = owner->data();
  return torch::from_blob(
      data, shape, [owner](void*) {}, torch::kByte);
}

}  // namespace

SampleBank::SampleBank(schema::Dataset dataset, torch::Device device) : device_(device), images_(dataset.images) {
  std::vector<std::int64_t> shape = dataset.shape;
  shape.insert(shape.begin(), dataset.count());
  samples_ = adopt(std::move(dataset.samples), shape).to(device);
  labels_ = torch::tensor(dataset.labels, torch::kInt).to(device, torch::kLong);
}

torch::Tensor SampleBank::inputs(const torch::Tensor& index) const {
  const torch::Tensor bytes = samples_.index_select(0, index);
  if (!images_) return bytes.to(torch::kFloat);
  return bytes.to(torch::kFloat, /*non_blocking=*/false, /*copy=*/true, torch::MemoryFormat::ChannelsLast).div_(255);
}

torch::Tensor index_tensor(const std::vector<std::int64_t>& index, torch::Device device) {
  return torch::tensor(index, torch::kLong).to(device);
}

void for_each_batch(const SampleBank& samples, const std::vector<std::int64_t>& index, std::int64_t batch_size,
                    const std::function<void(const Batch&)>& visit) {
  const torch::Tensor all = index_tensor(index, samples.device());
  const std::int64_t count = all.size(0);
  for (std::int64_t first = 0; first < count; first += batch_size) {
    const torch::Tensor part = all.narrow(0, first, std::min(batch_size, count - first));
    visit({.first = first, .inputs = samples.inputs(part), .labels = samples.labels(part)});
  }
}

}  // namespace exitaudit
