#include "stages/common/classifier_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace exitaudit {
namespace {

const std::vector<std::string> kNames{"test"};

/// Two logits w[k] * x of one input, trained by hand in plain doubles: softmax cross-entropy's gradient, weight decay
/// into the gradient, momentum as PyTorch's SGD, the rate along a cosine.
std::vector<double> train_by_hand(std::vector<double> w, const std::vector<double>& x, const std::vector<int>& y,
                                  const ClassifierRecipe& o) {
  std::vector<double> velocity{0, 0};
  for (std::int64_t epoch = 0; epoch < o.epochs; ++epoch) {
    std::vector<double> gradient{0, 0};
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double p1 = 1 / (1 + std::exp((w[0] - w[1]) * x[i]));
      gradient[1] += (p1 - (y[i] == 1 ? 1 : 0)) * x[i] / static_cast<double>(x.size());
      gradient[0] += ((1 - p1) - (y[i] == 0 ? 1 : 0)) * x[i] / static_cast<double>(x.size());
    }
    const double turn = std::numbers::pi * static_cast<double>(epoch) / static_cast<double>(o.epochs);
    for (std::size_t k = 0; k < 2; ++k) {
      const double step = gradient[k] + o.weight_decay * w[k];
      velocity[k] = epoch == 0 ? step : o.momentum * velocity[k] + step;
      w[k] -= o.learning_rate * (1 + std::cos(turn)) / 2 * velocity[k];
    }
  }
  return w;
}

TEST(TrainClassifier, TakesTheStepsOfTheSpecification) {
  const std::vector<double> x{1, -2, 0.5, 3};
  const std::vector<int> y{1, 0, 0, 1};
  const ClassifierRecipe options{
      .epochs = 7, .batch_size = 100, .learning_rate = 0.3, .momentum = 0.9, .weight_decay = 0.05};
  torch::nn::Linear linear(torch::nn::LinearOptions(1, 2).bias(false));
  {
    torch::NoGradGuard no_grad;
    linear->weight.copy_(torch::tensor({{0.2}, {-0.4}}));
  }
  const torch::Tensor inputs = torch::tensor({1., -2., 0.5, 3.}, torch::kFloat32).view({4, 1});
  train_classifier(
      *linear, [&](const torch::Tensor& rows) { return linear->forward(inputs.index_select(0, rows)); },
      torch::tensor({1, 0, 0, 1}, torch::kInt64), options, kNames, [](std::int64_t) {});
  const std::vector<double> expected = train_by_hand({0.2, -0.4}, x, y, options);
  EXPECT_NEAR(linear->weight[0][0].item<double>(), expected[0], 1e-5);
  EXPECT_NEAR(linear->weight[1][0].item<double>(), expected[1], 1e-5);
}

TEST(TrainClassifier, ReadsEverySampleOnceAnEpoch) {
  torch::nn::Linear linear(1, 2);
  const torch::Tensor inputs = torch::rand({10, 1});
  std::vector<std::int64_t> seen(10, 0);
  const Forward forward = [&](const torch::Tensor& rows) {
    for (std::int64_t i = 0; i < rows.size(0); ++i) ++seen[static_cast<std::size_t>(rows[i].item<std::int64_t>())];
    return linear->forward(inputs.index_select(0, rows));
  };
  train_classifier(*linear, forward, torch::ones({10}, torch::kInt64), {.epochs = 3, .batch_size = 4}, kNames,
                   [](std::int64_t) {});
  EXPECT_EQ(seen, std::vector<std::int64_t>(10, 3));
}

TEST(TrainClassifier, KeepsTheEpochThatIsBestOnTheHeldOutShadowSamples) {
  torch::nn::Linear linear(1, 2);
  const torch::Tensor inputs = torch::randn({50, 1});
  const torch::Tensor member = inputs.squeeze(1).gt(0).to(torch::kInt64);
  std::vector<double> right;  // of each look at the held-out fifth, the only calls without gradient
  std::vector<torch::Tensor> weights;
  const Forward forward = [&](const torch::Tensor& rows) {
    const torch::Tensor logits = linear->forward(inputs.index_select(0, rows));
    if (!torch::GradMode::is_enabled()) {
      EXPECT_EQ(rows.size(0), 10);
      right.push_back(logits.argmax(1).eq(member.index_select(0, rows)).sum().item<double>());
      weights.push_back(linear->weight.detach().clone());
    }
    return logits;
  };
  train_classifier(*linear, forward, member, {.epochs = 8, .batch_size = 5, .learning_rate = 0.5, .hold_out = true},
                   kNames, [](std::int64_t) {});
  ASSERT_EQ(right.size(), 8U);
  const auto best = static_cast<std::size_t>(std::max_element(right.begin(), right.end()) - right.begin());
  EXPECT_TRUE(torch::equal(linear->weight, weights[best]));
}

TEST(TrainClassifier, DrawsDropoutFromItsOwnStream) {
  const torch::Tensor inputs = torch::linspace(-1, 1, 40).view({20, 2});
  const torch::Tensor classes = inputs.select(1, 0).gt(0).to(torch::kInt64);
  const auto trained = [&](const std::string& name) {
    torch::nn::Sequential network(torch::nn::Dropout(0.5), torch::nn::Linear(2, 2));
    initialize_layers(*network, kNames);
    train_classifier(
        *network, [&](const torch::Tensor& rows) { return network->forward(inputs.index_select(0, rows)); }, classes,
        {.epochs = 3, .batch_size = 4}, {name}, [](std::int64_t) {});
    EXPECT_FALSE(network->is_training());
    return network->parameters()[0].clone();
  };
  const torch::Tensor first = trained("a");
  torch::manual_seed(99);
  EXPECT_TRUE(torch::equal(first, trained("a")));
  EXPECT_FALSE(torch::equal(first, trained("b")));
}

TEST(InitializeLayers, StartsFromPyTorchsDefaultRange) {
  torch::nn::Sequential network(torch::nn::Linear(128, 256), torch::nn::ReLU(), torch::nn::Conv2d(4, 64, 3));
  initialize_layers(*network, kNames);
  for (const auto& p : network->named_parameters()) {
    const torch::Tensor weight = network->named_parameters()[p.key().substr(0, p.key().rfind('.')) + ".weight"];
    const double bound = 1 / std::sqrt(static_cast<double>(weight[0].numel()));
    EXPECT_LE(p.value().abs().max().item<double>(), bound) << p.key();
    EXPECT_GT(p.value().abs().max().item<double>(), 0.9 * bound) << p.key();
    if (p.value().numel() > 1000) {
      EXPECT_NEAR(p.value().std().item<double>(), bound / std::sqrt(3.0), 0.05 * bound) << p.key();
      EXPECT_NEAR(p.value().mean().item<double>(), 0, 0.06 * bound) << p.key();
    }
  }
}

}  // namespace
}  // namespace exitaudit
