#include "stages/networks/network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "stages/common/tensor_io.h"
#include "stages/networks/early_exit.h"
#include "stages/networks/expected_arrays.h"
#include "stages/networks/initialize.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::networks {
namespace {

const NetworkShape kImages{.input = {3, 32, 32}, .classes = 10, .mean = {0.5, 0.4, 0.3}, .deviation = {0.2, 0.25, 0.3}};
const NetworkShape kRows{.input = {20}, .classes = 4, .mean = {}, .deviation = {}};
constexpr std::array kFamilies{Family::kVgg16,       Family::kResnet56,     Family::kMobilenet,
                               Family::kMobilenetV2, Family::kWideResnet32, Family::kFcn18_1};

const NetworkShape& shape_for(Family family) {
  return takes_images(family) ? kImages : kRows;
}

torch::Tensor some_input(Family family, std::int64_t count) {
  std::vector<std::int64_t> sizes = shape_for(family).input;
  sizes.insert(sizes.begin(), count);
  return torch::rand(sizes, at::make_generator<at::CPUGeneratorImpl>(7));
}

std::shared_ptr<MultiExitNetwork> small(Family family, std::int64_t exits,
                                        const InitNames& names = {"d", "target", 1}) {
  auto network = make_network({.family = family, .exits = exits, .width = 0.05}, shape_for(family));
  initialize(*network, names);
  return network;
}

std::map<std::string, torch::Tensor> parameters(const MultiExitNetwork& network) {
  std::map<std::string, torch::Tensor> found;
  for (const auto& parameter : network.named_parameters()) found.emplace(parameter.key(), parameter.value());
  return found;
}

class EveryFamily : public testing::TestWithParam<Family> {};
INSTANTIATE_TEST_SUITE_P(Network, EveryFamily, testing::ValuesIn(kFamilies),
                         [](const auto& family) { return std::string(name(family.param)); });

TEST_P(EveryFamily, HasAsManyParametersAsItsPlan) {
  for (const std::int64_t exits : {1, 6}) {
    const auto network = small(GetParam(), exits);
    std::int64_t count = 0;
    for (const torch::Tensor& parameter : network->parameters()) count += parameter.numel();
    EXPECT_EQ(count, count_parameters(network->plan()));
  }
}

TEST_P(EveryFamily, AnswersAtEachExit) {
  const auto network = small(GetParam(), 6);
  network->eval();
  const torch::NoGradGuard no_gradient;
  const auto logits = network->forward_all(some_input(GetParam(), 2));
  ASSERT_EQ(logits.size(), 6U);
  for (const torch::Tensor& exit : logits) {
    EXPECT_EQ(exit.sizes(), torch::IntArrayRef({2, shape_for(GetParam()).classes}));
    EXPECT_TRUE(exit.isfinite().all().item<bool>());
  }
}

TEST_P(EveryFamily, ShowsTheInputOfEachExitsLastLayer) {
  const auto network = small(GetParam(), 6);
  network->eval();
  const torch::NoGradGuard no_gradient;
  const ExitViews views = network->forward_with_features(some_input(GetParam(), 3));
  const auto logits = network->forward_all(some_input(GetParam(), 3));
  const auto weights = parameters(*network);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(torch::equal(views.logits[i], logits[i]));
    EXPECT_EQ(views.features[i].size(1), network->plan().features());
    const std::string last =
        i < 5 ? "heads." + std::to_string(i) + ".linear1" : "end." + network->plan().end.back().name;
    const torch::Tensor again =
        torch::linear(views.features[i], weights.at(last + ".weight"), weights.at(last + ".bias"));
    EXPECT_TRUE(torch::allclose(again, logits[i])) << last;
  }
}

TEST_P(EveryFamily, StartsFromTheSameBackboneWhateverItsExits) {
  const auto vanilla = parameters(*small(GetParam(), 1));
  const auto three = parameters(*small(GetParam(), 3));
  const auto six = parameters(*small(GetParam(), 6));
  for (const auto& [name, tensor] : vanilla) {
    EXPECT_TRUE(torch::equal(tensor, three.at(name))) << name;
    EXPECT_TRUE(torch::equal(tensor, six.at(name))) << name;
  }
  for (const auto& [name, tensor] : three) EXPECT_TRUE(torch::equal(tensor, six.at(name))) << name;
}

TEST_P(EveryFamily, StopsAtTheExitThatTheBatchedRuleNames) {
  const auto network = small(GetParam(), 6);
  network->eval();
  const torch::NoGradGuard no_gradient;
  const torch::Tensor inputs = some_input(GetParam(), 4);
  std::set<std::int64_t> seen;
  for (std::int64_t i = 0; i < 4; ++i) {
    const torch::Tensor one = inputs.narrow(0, i, 1);
    const auto logits = network->forward_all(one);
    const torch::Tensor confidence = torch::stack(logits, 1).softmax(2).amax(2).contiguous();
    for (const double tau :
         {0.0, confidence.mean().item<double>(), static_cast<double>(confidence[0][2].item<float>()), 1.1}) {
      const EarlyAnswer answer = network->forward_until_confident(one, tau);
      EXPECT_EQ(answer.exit, exit_taken({confidence.const_data_ptr<float>(), 6}, tau));
      EXPECT_TRUE(torch::equal(answer.logits, logits[static_cast<std::size_t>(answer.exit)]));
      seen.insert(answer.exit);
    }
  }
  EXPECT_TRUE(seen.contains(0));
  EXPECT_TRUE(seen.contains(5));
}

/// Moves and scales each exit's last layer until its logits of `inputs` have mean 0 and deviation 1: a fresh network
/// answers all samples alike.
void spread_answers(MultiExitNetwork& network, const torch::Tensor& inputs) {
  const auto logits = network.forward_all(inputs);
  const auto weights = parameters(network);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const std::string last =
        i + 1 < logits.size() ? "heads." + std::to_string(i) + ".linear1" : "end." + network.plan().end.back().name;
    const torch::Tensor mean = logits[i].mean(0);
    const torch::Tensor deviation = (logits[i] - mean).std();
    weights.at(last + ".weight").div_(deviation);
    weights.at(last + ".bias").sub_(mean).div_(deviation);
  }
}

/// A threshold near a quantile of the confidences, in the widest gap there, so that last bits do not matter.
double threshold_in_a_gap(const torch::Tensor& confidence, std::int64_t place) {
  const torch::Tensor sorted = std::get<0>(confidence.flatten().to(torch::kDouble).sort());
  const torch::Tensor near = sorted.slice(0, place - 10, place + 10);
  const auto widest = near.diff().argmax().item<std::int64_t>();
  return (near[widest] + near[widest + 1]).item<double>() / 2;
}

TEST_P(EveryFamily, DecidesABatchAsTheRuleDoesSampleBySample) {
  const auto network = small(GetParam(), 6);
  network->eval();
  const torch::NoGradGuard no_gradient;
  network->to(torch::kDouble);  // spreading the answers of a fresh network spreads rounding as well
  const torch::Tensor inputs = some_input(GetParam(), 40).to(torch::kDouble);
  spread_answers(*network, inputs);
  const torch::Tensor logits = torch::stack(network->forward_all(inputs), 1);
  const torch::Tensor confidence = logits.softmax(2).amax(2).to(torch::kFloat);
  const bool images = inputs.dim() == 4;
  std::set<std::int64_t> seen;
  for (const double tau : {0.0, threshold_in_a_gap(confidence, 60), threshold_in_a_gap(confidence, 120),
                           threshold_in_a_gap(confidence, 200), 1.1}) {
    for (const bool channels_last : {false, images}) {
      const auto format = channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
      const EarlyDecisions found = network->decide_early(inputs.contiguous(format), tau);
      for (std::int64_t i = 0; i < 40; ++i) {
        const std::int64_t exit = exit_taken({confidence.const_data_ptr<float>() + i * 6, 6}, tau);
        EXPECT_EQ(found.exits[i].item<std::int64_t>(), exit);
        seen.insert(exit);
        EXPECT_EQ(found.labels[i].item<std::int64_t>(), logits[i][exit].argmax().item<std::int64_t>());
      }
    }
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(Network, DoesNotRunWhatLiesBehindTheExitTaken) {
  const auto network = small(Family::kVgg16, 6);
  network->eval();
  const torch::NoGradGuard no_gradient;
  parameters(*network).at("blocks.2.conv.weight").fill_(std::nan(""));
  const EarlyAnswer answer = network->forward_until_confident(some_input(Family::kVgg16, 1), 0);
  EXPECT_TRUE(answer.logits.isfinite().all().item<bool>());
  EXPECT_THROW(network->forward_until_confident(some_input(Family::kVgg16, 2), 0), Error);
}

TEST(Network, NormalisesFirst) {
  const auto network = small(Family::kVgg16, 1);
  const auto bare = make_network({.family = Family::kVgg16, .width = 0.05},
                                 {.input = {3, 32, 32}, .classes = 10, .mean = {}, .deviation = {}});
  initialize(*bare, {"d", "target", 1});
  network->eval();
  bare->eval();
  const torch::NoGradGuard no_gradient;
  const torch::Tensor x = some_input(Family::kVgg16, 2);
  const torch::Tensor mean = torch::tensor(kImages.mean, torch::kFloat).view({1, 3, 1, 1});
  const torch::Tensor deviation = torch::tensor(kImages.deviation, torch::kFloat).view({1, 3, 1, 1});
  EXPECT_TRUE(torch::allclose(network->forward_all(x)[0], bare->forward_all((x - mean) / deviation)[0]));
}

TEST(Network, HasStableNames) {
  const auto names = parameters(*small(Family::kVgg16, 2));
  for (const char* name : {"blocks.0.conv.weight", "blocks.12.norm.bias", "heads.0.mix", "heads.0.linear0.weight",
                           "heads.0.linear1.bias", "end.linear0.weight", "end.linear2.bias"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_TRUE(parameters(*small(Family::kResnet56, 1)).contains("blocks.9.shortcut.conv.weight"));
}

/// Names and shapes of a network's arrays, sorted.
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

class ExpectedArrays : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Network, ExpectedArrays, testing::ValuesIn(kFamilyNames),
                         [](const auto& family) { return std::string(family.param); });

TEST_P(ExpectedArrays, AreThoseOfTheRealNetwork) {
  const auto place = std::find(kFamilyNames.begin(), kFamilyNames.end(), GetParam());
  const auto family = static_cast<Family>(place - kFamilyNames.begin());
  for (const std::int64_t exits : {1, 3, 6}) {
    for (const HeadActivation activation : {HeadActivation::kDropout, HeadActivation::kRelu}) {
      const auto network = make_network(
          {.family = family, .exits = exits, .width = 0.05, .head_activation = activation}, shape_for(family));
      Shapes real, expected;
      for (const schema::NamedArray& array : module_arrays(*network)) real[array.name] = array.shape;
      for (const ExpectedArray& array : expected_arrays(network->plan())) expected[array.name] = array.shape;
      EXPECT_EQ(expected, real);
    }
  }
}

TEST(Network, DropsOutOnlyWhileItTrains) {
  const auto network = small(Family::kFcn18_1, 2);
  const torch::NoGradGuard no_gradient;
  const torch::Tensor x = some_input(Family::kFcn18_1, 8);
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward_all(x)[0], network->forward_all(x)[0]));
  network->train();
  EXPECT_FALSE(torch::equal(network->forward_all(x)[0], network->forward_all(x)[0]));
}

TEST(ExitHead, MixesMaximumAndAverage) {
  const auto network = small(Family::kVgg16, 2);
  auto head = std::make_shared<ExitHead>(network->plan().heads[0]);
  const torch::NoGradGuard no_gradient;
  head->eval();
  const torch::Tensor map = torch::rand({2, network->plan().heads[0].in.channels, 16, 16});
  const auto logits_at = [&](double mix) {
    head->named_parameters()["mix"].fill_(mix);
    return head->forward(map);
  };
  const torch::Tensor halfway = 0.75 * logits_at(1) + 0.25 * logits_at(0);  // all behind the mix is linear
  EXPECT_TRUE(torch::allclose(logits_at(0.75), halfway, 1e-4, 1e-5));
  EXPECT_FALSE(torch::allclose(logits_at(1), logits_at(0), 1e-4, 1e-5));
}

TEST(Initialize, DrawsOtherWeightsForEachRoleSeedAndDataset) {
  const torch::Tensor weight = parameters(*small(Family::kFcn18_1, 1)).at("blocks.0.linear.weight");
  for (const InitNames& names :
       {InitNames{"d", "shadow0", 1}, InitNames{"d", "target", 2}, InitNames{"e", "target", 1}}) {
    EXPECT_FALSE(torch::equal(weight, parameters(*small(Family::kFcn18_1, 1, names)).at("blocks.0.linear.weight")));
  }
}

TEST(Initialize, DoesNotTouchTorchsOwnGenerator) {
  const auto network = small(Family::kVgg16, 1);
  torch::manual_seed(3);
  const torch::Tensor expected = torch::rand({4});
  torch::manual_seed(3);
  initialize(*network, {"d", "target", 1});
  EXPECT_TRUE(torch::equal(torch::rand({4}), expected));
}

// Deviations of specification 2.4, on layers with enough weights to tell.
TEST(Initialize, SpreadsWeightsByFamily) {
  const auto deviation = [](Family family, const std::string& name) {
    auto network = make_network({.family = family, .exits = 2, .width = 0.5}, shape_for(family));
    initialize(*network, {"d", "target", 1});
    return parameters(*network).at(name).std().item<double>();
  };
  EXPECT_NEAR(deviation(Family::kVgg16, "blocks.5.conv.weight"), std::sqrt(2.0 / (9 * 128)), 5e-4);
  EXPECT_NEAR(deviation(Family::kVgg16, "end.linear1.weight"), 0.01, 2e-4);
  EXPECT_NEAR(deviation(Family::kVgg16, "heads.0.linear0.weight"), 0.01, 2e-4);
  EXPECT_NEAR(deviation(Family::kResnet56, "heads.0.linear0.weight"), 1 / std::sqrt(3.0 * 128), 2e-3);
  EXPECT_NEAR(deviation(Family::kWideResnet32, "blocks.6.conv0.weight"), std::sqrt(2 * 2 / (9 * 128.0)), 2e-3);
  EXPECT_NEAR(deviation(Family::kMobilenet, "blocks.6.pointwise.weight"), 1 / std::sqrt(3.0 * 256), 5e-4);
  EXPECT_NEAR(deviation(Family::kFcn18_1, "blocks.1.linear.weight"), 0.01, 1e-4);
}

TEST(ExitTaken, IsTheFirstConfidentOneOrTheLast) {
  const std::vector<float> confidence{0.25F, 0.5F, 0.75F, 0.5F};
  EXPECT_EQ(exit_taken(confidence, 0), 0);
  EXPECT_EQ(exit_taken(confidence, 0.5), 1);
  EXPECT_EQ(exit_taken(confidence, 0.6), 2);
  EXPECT_EQ(exit_taken(confidence, 0.8), 3);
  EXPECT_EQ(exit_taken(std::vector<float>{0.1F}, 1), 0);
}

}  // namespace
}  // namespace exitaudit::networks
