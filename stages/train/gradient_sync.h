#pragma once
// GradientSync: how the ranks of a data-parallel training stay one training. Each computes on its slice of the same
// global batch; what they sum up here makes the step that one rank with the whole batch would make.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/ranks/communicator.h"
#ifdef EXITAUDIT_CUDA
#include "pipeline/ranks/nccl_communicator.h"
#endif

namespace exitaudit::train {

/// Consecutive samples of a global batch.
struct Slice {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// The slice of one of `ranks` ranks: all samples are shared out evenly, but batch normalisation knows no variance of
/// one sample, so no slice has just one (unless `samples` is 1): the last ranks of a short batch have none.
Slice slice_of(std::int64_t samples, int rank, int ranks);

class GradientSync {
 public:
  /// Exchanges through NCCL where each rank has a GPU of its own, else through MPI. `team` must outlive it. Collective.
  GradientSync(Communicator& team, const torch::Device& device);

  bool alone() const { return team_.size() == 1; }
  int rank() const { return team_.rank(); }
  int size() const { return team_.size(); }

  // All are collective, and change nothing in a world of one.

  /// In place; `values`: float, contiguous, on the device. Equal bits on all ranks.
  void sum(const torch::Tensor& values) const;
  void sum(std::vector<std::int64_t>& values) const;
  /// Gives all ranks what rank 0 has.
  void copy_from_first(const std::vector<torch::Tensor>& tensors) const;
  /// What all ranks have, in their order; as many bytes from each.
  std::vector<std::uint8_t> gather(const std::vector<std::uint8_t>& bytes) const;

 private:
  Communicator& team_;
  torch::Device device_;
#ifdef EXITAUDIT_CUDA
  std::unique_ptr<NcclCommunicator> nccl_;
#endif
};

}  // namespace exitaudit::train
