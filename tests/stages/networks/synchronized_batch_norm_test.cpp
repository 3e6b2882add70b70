#include "stages/networks/synchronized_batch_norm.h"

#include <gtest/gtest.h>

#include "tests/support/thread_team.h"

namespace exitaudit::networks {
namespace {

constexpr double kMomentum = 0.1;
constexpr double kEpsilon = 1e-5;

/// One layer's answer to a batch, and the gradients of sum(answer * direction).
struct Answer {
  torch::Tensor y, x_gradient, weight_gradient, bias_gradient, running_mean, running_var;
};

struct Problem {
  torch::Tensor x, direction, weight, bias;
};

Problem problem(const std::vector<std::int64_t>& shape) {
  at::Generator random = at::detail::createCPUGenerator(1);
  const auto draw = [&](const std::vector<std::int64_t>& size) { return torch::randn(size, random); };
  return {draw(shape) * 3 + 2, draw(shape), draw({shape[1]}), draw({shape[1]})};
}

/// The batch between two samples, by torch's layer (no `sum`) or by ours.
Answer answer(const Problem& p, std::int64_t first, std::int64_t count, const SumOverRanks& sum) {
  const torch::Tensor x = p.x.narrow(0, first, count).clone().requires_grad_();
  const torch::Tensor weight = p.weight.clone().requires_grad_(), bias = p.bias.clone().requires_grad_();
  const torch::Tensor mean = torch::zeros_like(p.weight), var = torch::ones_like(p.weight);
  const torch::Tensor y =
      sum ? synchronized_batch_norm(x, {weight, bias, mean, var}, kMomentum, kEpsilon, sum)
          : torch::batch_norm(x, weight, bias, mean, var, /*training=*/true, kMomentum, kEpsilon, false);
  (y * p.direction.narrow(0, first, count)).sum().backward();
  return {y.detach(), x.grad(), weight.grad(), bias.grad(), mean, var};
}

void expect_near(const torch::Tensor& a, const torch::Tensor& b) {
  EXPECT_TRUE(torch::allclose(a, b, 1e-4, 1e-5)) << a << b;
}

class SynchronizedBatchNorm : public testing::TestWithParam<std::vector<std::int64_t>> {};
INSTANTIATE_TEST_SUITE_P(RowsAndMaps, SynchronizedBatchNorm,
                         testing::Values(std::vector<std::int64_t>{7, 5}, std::vector<std::int64_t>{7, 3, 4, 4}),
                         [](const auto& shape) { return shape.param.size() == 2 ? "rows" : "maps"; });

TEST_P(SynchronizedBatchNorm, OfUnequalSlicesIsTorchsOfTheWholeBatch) {
  const Problem p = problem(GetParam());
  const Answer whole = answer(p, 0, 7, {});
  // Three ranks with 4, 3 and 0 samples.
  const std::vector<std::int64_t> first{0, 4, 7, 7};
  std::vector<Answer> parts(3);
  test::run_team(3, [&](Communicator& team) {
    const auto r = static_cast<std::size_t>(team.rank());
    parts[r] = answer(p, first[r], first[r + 1] - first[r], [&](const torch::Tensor& values) {
      team.all_reduce_sum(std::span(values.data_ptr<float>(), static_cast<std::size_t>(values.numel())));
    });
  });
  expect_near(torch::cat({parts[0].y, parts[1].y, parts[2].y}), whole.y);
  expect_near(torch::cat({parts[0].x_gradient, parts[1].x_gradient, parts[2].x_gradient}), whole.x_gradient);
  // The parameters' gradients are parts of a sum, which the exchange of gradients makes.
  expect_near(parts[0].weight_gradient + parts[1].weight_gradient + parts[2].weight_gradient, whole.weight_gradient);
  expect_near(parts[0].bias_gradient + parts[1].bias_gradient + parts[2].bias_gradient, whole.bias_gradient);
  for (const Answer& part : parts) {
    expect_near(part.running_mean, whole.running_mean);
    expect_near(part.running_var, whole.running_var);
  }
}

TEST(SynchronizedBatchNormOfOne, KeepsTheTypeOfItsInput) {
  const torch::Tensor x = torch::randn({4, 3}).to(torch::kBFloat16);
  const BatchNormTensors layer{torch::ones({3}), torch::zeros({3}), torch::zeros({3}), torch::ones({3})};
  const torch::Tensor y = synchronized_batch_norm(x, layer, kMomentum, kEpsilon, [](const torch::Tensor&) {});
  EXPECT_EQ(y.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(torch::allclose(y.to(torch::kFloat).mean(0), torch::zeros({3}), 0, 1e-2));
}

}  // namespace
}  // namespace exitaudit::networks
