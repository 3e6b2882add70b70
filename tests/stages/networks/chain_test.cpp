#include "stages/networks/chain.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "stages/common/device.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

struct Answer {
  torch::Tensor output;
  torch::Tensor gradient;  ///< of the weight
};

/// A depthwise layer's answer to the same input, with the same weights, in this precision.
Answer depthwise(std::int64_t stride, Precision precision) {
  LayerWriter writer({.channels = 8, .side = 12});
  writer.conv("depthwise", 8, {.stride = stride, .groups = 8, .bias = false});
  Chain chain(writer.layers());
  at::Generator random = at::make_generator<at::CPUGeneratorImpl>(3);
  {
    const torch::NoGradGuard no_gradients;
    for (torch::Tensor& weight : chain.parameters()) weight.copy_(torch::rand(weight.sizes(), random));
  }
  const torch::Tensor x = torch::rand({4, 8, 12, 12}, random);
  const AutocastGuard autocast(torch::kCPU, precision);
  const torch::Tensor y = chain.forward(precision == Precision::kBf16 ? x.to(torch::kBFloat16) : x);
  y.to(torch::kFloat).square().mean().backward();
  return {y.detach(), chain.parameters().front().grad()};
}

TEST(Chain, AnswersAStridedDepthwiseLayerInBfloat16AsInFloat32) {
  for (const std::int64_t stride : {1, 2}) {
    const Answer exact = depthwise(stride, Precision::kFp32);
    const Answer rough = depthwise(stride, Precision::kBf16);
    EXPECT_EQ(rough.output.scalar_type(), torch::kBFloat16);
    EXPECT_EQ(rough.gradient.scalar_type(), torch::kFloat);
    // 8 bits of mantissa, in input, weight and output.
    EXPECT_TRUE(torch::allclose(rough.output.to(torch::kFloat), exact.output, 0.02)) << stride;
    EXPECT_TRUE(torch::allclose(rough.gradient, exact.gradient, 0.02)) << stride;
  }
}

}  // namespace
}  // namespace exitaudit::networks
