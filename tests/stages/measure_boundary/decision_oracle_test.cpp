#include "stages/measure_boundary/decision_oracle.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "stages/networks/initialize.h"

namespace exitaudit::measure_boundary {
namespace {

TEST(NetworkOracle, AnswersFlatSamplesAsTheDeployedNetworkDoesOneByOne) {
  auto network = networks::make_network(
      {.family = networks::Family::kResnet56, .exits = 4, .width = 0.1},
      {.input = {3, 32, 32}, .classes = 10, .mean = {0.5, 0.4, 0.3}, .deviation = {0.2, 0.25, 0.3}});
  networks::initialize(*network, {"d", "target", 1});
  const torch::Tensor flat = torch::rand({10, 3072}, at::make_generator<at::CPUGeneratorImpl>(7));
  constexpr double kTau = 0.13;
  NetworkOracle oracle(network, kTau, {3, 32, 32}, 4);
  const torch::Tensor labels = oracle.decide(flat);
  EXPECT_EQ(oracle.queries(), 10);
  EXPECT_FALSE(network->is_training());
  const torch::NoGradGuard no_gradient;
  for (std::int64_t i = 0; i < 10; ++i) {
    const auto answer = network->forward_until_confident(flat[i].view({1, 3, 32, 32}), kTau);
    const auto best = std::get<0>(answer.logits.topk(2));
    if ((best[0][0] - best[0][1]).item<double>() < 1e-4) continue;  // a tie that the last bits decide
    EXPECT_EQ(labels[i].item<std::int64_t>(), answer.logits.argmax(1).item<std::int64_t>()) << i;
  }
  oracle.decide(flat.narrow(0, 0, 3));
  EXPECT_EQ(oracle.queries(), 13);
}

}  // namespace
}  // namespace exitaudit::measure_boundary
