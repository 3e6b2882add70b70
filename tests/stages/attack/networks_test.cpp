// The layers of the attack models, against the specification and against PyTorch's own layers.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "stages/attack/attack_features.h"
#include "stages/attack/gradient_network.h"
#include "stages/attack/score_network.h"
#include "stages/common/tensor_io.h"
#include "tests/support/fake_observations.h"

namespace exitaudit::attack {
namespace {

std::int64_t parameters(const torch::nn::Module& network) {
  std::int64_t count = 0;
  for (const auto& p : network.parameters()) count += p.numel();
  return count;
}

constexpr std::int64_t linear(std::int64_t in, std::int64_t out) {
  return in * out + out;
}

// Specification 5.2, layer by layer: 3-128-128, then 128(+128)-128-64-2; exits-128.
TEST(ScoreNetwork, HasTheParametersOfTheSpecification) {
  const std::int64_t score = linear(3, 128) + linear(128, 128);
  const std::int64_t tail = linear(128, 64) + linear(64, 2);
  EXPECT_EQ(parameters(*ScoreNetwork(3, 0)), score + linear(128, 128) + tail);
  EXPECT_EQ(parameters(*ScoreNetwork(3, 6)), score + linear(6, 128) + linear(256, 128) + tail);
}

// Specification 5.1, layer by layer: inputs-128-64 each; 5 kernels of 3x3, 125-256-128-64; 320 or 384-256-128-64-2.
TEST(GradientNetwork, HasTheParametersOfTheSpecification) {
  const auto encoder = [](std::int64_t width) { return linear(width, 128) + linear(128, 64); };
  const std::int64_t gradient = 5 * 9 + 5 + linear(125, 256) + linear(256, 128) + linear(128, 64);
  const std::int64_t tail = linear(256, 128) + linear(128, 64) + linear(64, 2);
  const std::int64_t five = encoder(10) + encoder(10) + encoder(512) + encoder(1) + gradient;
  EXPECT_EQ(parameters(*GradientNetwork(GradientInputs{10, 512, 10, 0, false})), five + linear(320, 256) + tail);
  EXPECT_EQ(parameters(*GradientNetwork(GradientInputs{10, 512, 2, 6, false})),
            five - encoder(10) + encoder(2) + encoder(6) + linear(384, 256) + tail);
  EXPECT_EQ(parameters(*GradientNetwork(GradientInputs{10, 512, 10, 0, true})),
            five + linear(320, 256) + tail + 10 * 256);
}

/// G of each sample as PyTorch's autograd gives it: the gradient of its cross-entropy by a real last layer.
struct RealLayer {
  torch::Tensor weight_gradient;  ///< [n, classes, features]
  torch::Tensor bias_gradient;    ///< [n, classes]
  schema::Observations observations;
};

RealLayer real_layer(std::int64_t n, std::int64_t classes, std::int64_t features) {
  torch::manual_seed(7);
  torch::nn::Linear last(features, classes);
  const torch::Tensor feature = torch::randn({n, features});
  const torch::Tensor label = torch::randint(classes, {n}, torch::kInt64);
  const torch::Tensor logits = last->forward(feature);
  std::vector<torch::Tensor> weight;
  std::vector<torch::Tensor> bias;
  for (std::int64_t i = 0; i < n; ++i) {
    last->zero_grad();
    const auto loss = torch::nn::functional::cross_entropy(logits.slice(0, i, i + 1), label.slice(0, i, i + 1));
    loss.backward({}, /*retain_graph=*/true);
    weight.push_back(last->weight.grad().clone());
    bias.push_back(last->bias.grad().clone());
  }
  RealLayer real{torch::stack(weight), torch::stack(bias), {}};
  schema::Observations& o = real.observations;
  o.classes = classes;
  o.features = features;
  o.label = to_vector<std::int32_t>(label);
  o.prediction = to_vector<std::int32_t>(logits.argmax(1));
  o.logits = to_vector<float>(logits.detach());
  o.feature = to_vector<float>(feature);
  o.loss.assign(static_cast<std::size_t>(n), 1);
  o.exit_taken.assign(static_cast<std::size_t>(n), 0);
  for (std::int64_t i = 0; i < n; ++i) o.index.push_back(i);
  return real;
}

torch::Tensor matrix(const std::vector<float>& values, std::int64_t width) {
  return torch::tensor(values).view({-1, width});
}

TEST(WhiteBoxView, HoldsTheFactorsOfTheGradientThatAutogradGives) {
  const RealLayer real = real_layer(6, 10, 16);
  const WhiteBoxView view = see_inside(real.observations, LabelInput::kTrueOneHot);
  const torch::Tensor residual = matrix(view.residual, 10);
  const torch::Tensor g = residual.unsqueeze(2) * matrix(view.feature, 16).unsqueeze(1);
  EXPECT_LT((g - real.weight_gradient).abs().max().item<double>(), 1e-6);
  EXPECT_LT((residual - real.bias_gradient).abs().max().item<double>(), 1e-6);
  EXPECT_GT(real.weight_gradient.abs().max().item<double>(), 0.1);
}

// The short cut over G's factors against the convolution and the pool of G itself, values and the kernels' gradients.
TEST(GradientNetwork, ReadsTheGradientAsItsConvolutionAndPoolWould) {
  for (const auto& [classes, features] : {std::pair(10, 16), std::pair(4, 33), std::pair(3, 3), std::pair(100, 7)}) {
    const RealLayer real = real_layer(5, classes, features);
    GradientNetwork network(GradientInputs{classes, features, classes, 0, false});
    const WhiteBoxView view = see_inside(real.observations, LabelInput::kTrueOneHot);
    const torch::Tensor short_cut =
        network->pooled_gradient(matrix(view.residual, classes), matrix(view.feature, features));
    torch::Tensor weight = network->named_parameters()["convolution.weight"];
    torch::Tensor bias = network->named_parameters()["convolution.bias"];
    const torch::Tensor convolved = torch::conv2d(real.weight_gradient.unsqueeze(1), weight, bias);
    const torch::Tensor pooled = torch::adaptive_avg_pool2d(convolved, {5, 5}).flatten(1);
    ASSERT_EQ(short_cut.sizes(), pooled.sizes());
    EXPECT_LT((short_cut - pooled).abs().max().item<double>(), 1e-5) << classes << "x" << features;
    const torch::Tensor probe = torch::randn_like(pooled);
    const auto by_short_cut = torch::autograd::grad({(short_cut * probe).sum()}, {weight, bias});
    const auto by_pool = torch::autograd::grad({(pooled * probe).sum()}, {weight, bias});
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_LT((by_short_cut[i] - by_pool[i]).abs().max().item<double>(), 1e-4) << classes << "x" << features;
    }
  }
}

TEST(GradientNetwork, DependsOnEachOfItsInputs) {
  GradientNetwork network(GradientInputs{10, 16, 10, 3, true});
  network->eval();
  const auto batch = [] {
    torch::manual_seed(3);
    return InsideBatch{torch::rand({2, 10}), torch::rand({2, 10}), torch::rand({2, 10}),
                       torch::rand({2, 16}), torch::rand({2, 1}),  torch::rand({2, 3})};
  };
  const torch::Tensor before = network->forward(batch());
  EXPECT_TRUE(torch::equal(before, network->forward(batch())));
  for (torch::Tensor InsideBatch::*input : {&InsideBatch::label, &InsideBatch::score, &InsideBatch::residual,
                                            &InsideBatch::feature, &InsideBatch::loss, &InsideBatch::exit}) {
    InsideBatch changed = batch();
    (changed.*input).add_(1);
    EXPECT_FALSE(torch::equal(before, network->forward(changed)));
  }
}

}  // namespace
}  // namespace exitaudit::attack
