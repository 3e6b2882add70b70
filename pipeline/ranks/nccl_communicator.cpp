#include "pipeline/ranks/nccl_communicator.h"

#include <fmt/format.h>
#include <nccl.h>

#include <exception>
#include <source_location>
#include <span>
#include <string_view>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

void check_nccl(ncclResult_t code, std::string_view call,
                std::source_location where = std::source_location::current()) {
  if (code == ncclSuccess || code == ncclInProgress) return;
  throw Error(ErrorKind::kFailure, fmt::format("nccl_communicator.cpp:{}: {}: {} (NCCL {})", where.line(), call,
                                               ncclGetErrorString(code), nccl_version()));
}

}  // namespace

struct NcclCommunicator::Handle {
  ncclComm_t comm = nullptr;
};

NcclCommunicator::NcclCommunicator(Communicator& world)
    : handle_(std::make_unique<Handle>()), exceptions_(std::uncaught_exceptions()) {
  ncclUniqueId id{};
  if (world.rank() == 0) check_nccl(ncclGetUniqueId(&id), "ncclGetUniqueId");
  world.broadcast(std::as_writable_bytes(std::span(&id, 1)), 0);
  check_nccl(ncclCommInitRank(&handle_->comm, world.size(), id, world.rank()), "ncclCommInitRank");
}

NcclCommunicator::~NcclCommunicator() {
  if (handle_->comm == nullptr) return;
  // Destroying waits for what is queued, and so for peers that may be gone: after a failure it is abort or hang.
  ncclResult_t state = ncclSuccess;
  const bool asked = ncclCommGetAsyncError(handle_->comm, &state) == ncclSuccess;
  if (!asked || state != ncclSuccess || std::uncaught_exceptions() > exceptions_) {
    ncclCommAbort(handle_->comm);
  } else {
    ncclCommDestroy(handle_->comm);
  }
}

void NcclCommunicator::all_reduce_sum(float* device_values, std::size_t count, void* cuda_stream) {
  require(handle_->comm != nullptr, "an aborted NCCL communicator was used");
  check_nccl(ncclAllReduce(device_values, device_values, count, ncclFloat, ncclSum, handle_->comm,
                           static_cast<cudaStream_t>(cuda_stream)),
             "ncclAllReduce");
}

void NcclCommunicator::check_async() const {
  require(handle_->comm != nullptr, "an aborted NCCL communicator was used");
  ncclResult_t state = ncclSuccess;
  check_nccl(ncclCommGetAsyncError(handle_->comm, &state), "ncclCommGetAsyncError");
  check_nccl(state, "a collective");
}

void NcclCommunicator::abort() {
  if (handle_->comm != nullptr) ncclCommAbort(handle_->comm);
  handle_->comm = nullptr;
}

int nccl_version() {
  int version = 0;
  ncclGetVersion(&version);
  return version;
}

}  // namespace exitaudit
