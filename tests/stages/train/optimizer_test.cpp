#include <gtest/gtest.h>

#include "stages/train/augment.h"
#include "stages/train/exit_loss.h"
#include "stages/train/flat_optimizer.h"

namespace exitaudit::train {
namespace {

TrainOptions recipe(Optimizer optimizer) {
  TrainOptions options;
  options.optimizer = optimizer;
  options.learning_rate = 0.1;
  options.weight_decay = 0.01;
  return options;
}

torch::nn::Sequential some_module() {
  torch::manual_seed(1);
  return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 5, 3)), torch::nn::Flatten(),
                               torch::nn::Linear(5 * 6 * 6, 4));
}

/// Largest difference to torch's own optimizer after a few steps on the same data.
double distance_to_torch(Optimizer kind) {
  auto ours = some_module();
  auto theirs = some_module();
  FlatOptimizer flat(*ours, recipe(kind));
  const torch::Tensor rate = flat.learning_rate_place().fill_(0.1);
  std::unique_ptr<torch::optim::Optimizer> reference;
  if (kind == Optimizer::kSgd) {
    reference = std::make_unique<torch::optim::SGD>(theirs->parameters(),
                                                    torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
  } else {
    reference =
        std::make_unique<torch::optim::Adam>(theirs->parameters(), torch::optim::AdamOptions(0.1).weight_decay(0.01));
  }
  for (int step = 0; step < 5; ++step) {
    const torch::Tensor x = torch::randn({7, 3, 8, 8});
    flat.zero_gradients();
    ours->forward(x).square().mean().backward();
    flat.step(rate);
    reference->zero_grad();
    theirs->forward(x).square().mean().backward();
    reference->step();
  }
  double worst = 0;
  for (std::size_t i = 0; i < ours->parameters().size(); ++i) {
    worst = std::max(worst, (ours->parameters()[i] - theirs->parameters()[i]).abs().max().item<double>());
  }
  return worst;
}

TEST(FlatOptimizer, StepsAsTorchsSgd) {
  EXPECT_LT(distance_to_torch(Optimizer::kSgd), 1e-5);
}

TEST(FlatOptimizer, StepsAsTorchsAdam) {
  EXPECT_LT(distance_to_torch(Optimizer::kAdam), 1e-4);
}

TEST(FlatOptimizer, KeepsTheModulesValues) {
  auto before = some_module();
  auto after = some_module();
  const FlatOptimizer flat(*after, recipe(Optimizer::kSgd));
  for (std::size_t i = 0; i < before->parameters().size(); ++i) {
    EXPECT_TRUE(torch::equal(before->parameters()[i], after->parameters()[i]));
  }
}

TEST(ExitLoss, SumsTheExitsByTheirWeights) {
  const std::vector<torch::Tensor> logits{torch::randn({6, 3}), torch::randn({6, 3}), torch::randn({6, 3})};
  const torch::Tensor labels = torch::randint(3, {6}, torch::kLong);
  const auto ce = [&](std::size_t i) { return torch::nn::functional::cross_entropy(logits[i], labels).item<double>(); };
  const double expected = ce(2) + 0.15 * ce(0) + 0.3 * ce(1);
  const torch::Tensor losses = exit_losses(logits, labels);
  EXPECT_NEAR(losses[1].item<double>(), ce(1), 1e-6);
  EXPECT_NEAR(joint_loss(losses, torch::tensor({0.15, 0.3, 1.0}, torch::kFloat)).item<double>(), expected, 1e-6);
}

TEST(Augment, ShiftsAndFlipsEachImageOnItsOwn) {
  const torch::Tensor images = torch::rand({3, 3, 8, 8});
  const torch::Tensor none = torch::tensor({1, 1, 1}), flip = torch::tensor({0, 1, 0}), down = torch::tensor({1, 1, 2});
  const torch::Tensor moved = flip_and_shift(images, flip, down, none, 1);
  EXPECT_TRUE(torch::equal(moved[0], images[0]));
  EXPECT_TRUE(torch::equal(moved[1], images[1].flip({2})));
  EXPECT_TRUE(torch::equal(moved[2].slice(1, 0, 7), images[2].slice(1, 1, 8)));
  EXPECT_EQ(moved[2].slice(1, 7, 8).abs().max().item<float>(), 0);
}

TEST(Augment, RepeatsItselfForTheSameStream) {
  const torch::Tensor images = torch::rand({4, 3, 64, 64});
  RandomStream first = stream("a"), second = stream("a"), third = stream("b");
  const torch::Tensor once = augment(images, first);
  EXPECT_TRUE(torch::equal(once, augment(images, second)));
  EXPECT_FALSE(torch::equal(once, augment(images, third)));
  EXPECT_GE(once.min().item<float>(), 0);
  EXPECT_LE(once.max().item<float>(), 1);
}

}  // namespace
}  // namespace exitaudit::train
