#pragma once
// NcclCommunicator: all-reduce between the GPUs of a team. Built where CUDA and NCCL are found. Device pointers and the
// stream are plain pointers here, so that no CUDA header is needed to use it.

#include <cstddef>
#include <memory>

#include "pipeline/ranks/communicator.h"

namespace exitaudit {

class NcclCommunicator {
 public:
  /// Every rank of `world` has set its own CUDA device before. The id travels through `world`. Collective.
  explicit NcclCommunicator(Communicator& world);
  /// Waits for what is queued; aborts instead after a failure or while an exception unwinds it.
  ~NcclCommunicator();
  NcclCommunicator(const NcclCommunicator&) = delete;
  NcclCommunicator& operator=(const NcclCommunicator&) = delete;

  /// In-place sum of `count` floats in device memory, queued on the CUDA stream; returns at once.
  void all_reduce_sum(float* device_values, std::size_t count, void* cuda_stream);

  /// Throws Error(kFailure) where a collective failed behind our back (a dead peer); asked for while one waits.
  void check_async() const;

  /// Ends outstanding collectives without waiting for peers; the object is useless afterwards.
  void abort();

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  int exceptions_ = 0;
};

/// NCCL's version as it reports itself: 22809 for 2.28.9.
int nccl_version();

}  // namespace exitaudit
