#include "pipeline/ranks/nccl_communicator.h"

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

int devices() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

TEST(NcclCommunicator, IsTheVersionOfTheWheels) {
  EXPECT_GE(nccl_version(), 22000);
  EXPECT_LT(nccl_version(), 30000);
}

TEST(NcclCommunicator, SaysWhichCallFailedWhereThereIsNoDevice) {
  if (devices() > 0) GTEST_SKIP() << "this machine has a GPU";
  SoloCommunicator world;
  try {
    const NcclCommunicator nccl(world);
    FAIL() << "no device, and yet a communicator";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("nccl_communicator.cpp:"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("NCCL " + std::to_string(nccl_version())), std::string::npos);
  }
}

TEST(NcclCommunicator, LeavesTheValuesOfAWorldOfOneAsTheyAre) {
  if (devices() == 0) GTEST_SKIP() << "no GPU";
  SoloCommunicator world;
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
  NcclCommunicator nccl(world);
  const std::vector<float> before{1, 2, 3};
  std::vector<float> after(3);
  void* values = nullptr;
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  ASSERT_EQ(cudaMalloc(&values, 3 * sizeof(float)), cudaSuccess);
  ASSERT_EQ(cudaMemcpy(values, before.data(), 3 * sizeof(float), cudaMemcpyHostToDevice), cudaSuccess);
  nccl.all_reduce_sum(static_cast<float*>(values), 3, stream);
  ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  nccl.check_async();
  ASSERT_EQ(cudaMemcpy(after.data(), values, 3 * sizeof(float), cudaMemcpyDeviceToHost), cudaSuccess);
  EXPECT_EQ(after, before);
  cudaFree(values);
  cudaStreamDestroy(stream);
}

TEST(NcclCommunicator, IsUselessOnceAborted) {
  if (devices() == 0) GTEST_SKIP() << "no GPU";
  SoloCommunicator world;
  NcclCommunicator nccl(world);
  nccl.abort();
  EXPECT_THROW(nccl.check_async(), Error);
}

}  // namespace
}  // namespace exitaudit
