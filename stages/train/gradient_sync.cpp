#include "stages/train/gradient_sync.h"

#include <algorithm>
#include <span>

#include "pipeline/base/error.h"
#ifdef EXITAUDIT_CUDA
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace exitaudit::train {

#ifdef EXITAUDIT_CUDA
namespace {

/// A team lives on one node: equal numbers are one device, which NCCL refuses to serve twice.
bool each_has_its_own(Communicator& team, const torch::Device& device) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(team.size()), 0);
  numbers[static_cast<std::size_t>(team.rank())] = device.index();
  team.all_reduce_sum(std::span(numbers));
  std::ranges::sort(numbers);
  return std::ranges::adjacent_find(numbers) == numbers.end();
}

}  // namespace
#endif

Slice slice_of(std::int64_t samples, int rank, int ranks) {
  const std::int64_t sharing = std::clamp<std::int64_t>(samples / 2, 1, ranks);
  if (rank >= sharing) return {.first = samples, .count = 0};
  const std::int64_t each = samples / sharing;
  const std::int64_t longer = samples % sharing;  // the first slices have one more
  return {.first = rank * each + std::min<std::int64_t>(rank, longer), .count = each + (rank < longer ? 1 : 0)};
}

GradientSync::GradientSync(Communicator& team, const torch::Device& device) : team_(team), device_(device) {
#ifdef EXITAUDIT_CUDA
  if (alone() || !device.is_cuda() || !each_has_its_own(team, device)) return;
  c10::cuda::set_device(device.index());
  nccl_ = std::make_unique<NcclCommunicator>(team);
#endif
}

void GradientSync::sum(const torch::Tensor& values) const {
  if (alone()) return;
  require(values.is_contiguous() && values.scalar_type() == torch::kFloat, "ranks exchange contiguous floats");
  const auto count = static_cast<std::size_t>(values.numel());
#ifdef EXITAUDIT_CUDA
  if (nccl_) {
    nccl_->all_reduce_sum(values.data_ptr<float>(), count, c10::cuda::getCurrentCUDAStream(device_.index()).stream());
    return;
  }
#endif
  const torch::Tensor host = values.detach().cpu();
  team_.all_reduce_sum(std::span(host.data_ptr<float>(), count));
  if (!device_.is_cpu()) values.copy_(host);
}

void GradientSync::sum(std::vector<std::int64_t>& values) const {
  team_.all_reduce_sum(std::span(values));
}

void GradientSync::copy_from_first(const std::vector<torch::Tensor>& tensors) const {
  if (alone()) return;
  for (torch::Tensor tensor : tensors) {
    const torch::Tensor host = tensor.detach().cpu().contiguous();
    team_.broadcast(std::span(static_cast<std::byte*>(host.data_ptr()), host.nbytes()), 0);
    tensor.copy_(host);
  }
}

std::vector<std::uint8_t> GradientSync::gather(const std::vector<std::uint8_t>& bytes) const {
  std::vector<std::uint8_t> all;
  for (int root = 0; root < team_.size(); ++root) {
    std::vector<std::uint8_t> piece = bytes;
    team_.broadcast(std::as_writable_bytes(std::span(piece)), root);
    all.insert(all.end(), piece.begin(), piece.end());
  }
  return all;
}

}  // namespace exitaudit::train
