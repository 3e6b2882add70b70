#include "stages/networks/cost.h"

#include <gtest/gtest.h>

#include <vector>

#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

NetworkPlan plan(Family family, std::int64_t exits, std::int64_t side, std::int64_t classes) {
  return make_plan({.family = family, .exits = exits},
                   {.input = {3, side, side}, .classes = classes, .mean = {}, .deviation = {}});
}

std::vector<double> gops(const NetworkPlan& plan, CostRule rule) {
  std::vector<double> costs = exit_costs(plan, rule);
  for (double& cost : costs) cost /= 1e9;
  return costs;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << "exit " << i;
}

// The golden rows are specification 4's, rounded to the digits printed there.
TEST(ExitCosts, OfVanillaVgg16OnCifar10AreThePapers) {
  EXPECT_NEAR(gops(plan(Family::kVgg16, 1, 32, 10), CostRule::kOfficial)[0], 0.6283, 0.00005);
}

TEST(ExitCosts, AccumulateOverVgg16sExits) {
  expect_near(gops(plan(Family::kVgg16, 6, 32, 10), CostRule::kOfficial), {.0805, .1961, .3136, .4354, .6074, .6462},
              0.00006);
  expect_near(gops(plan(Family::kVgg16, 6, 64, 200), CostRule::kOfficial),
              {.3203, .7787, 1.2409, 1.7114, 2.4083, 2.5724}, 0.00006);
}

TEST(ExitCosts, AccumulateOverTheResidualNetworksExits) {
  expect_near(gops(plan(Family::kResnet56, 6, 32, 10), CostRule::kOfficial), {.0392, .0775, .1139, .1523, .1985, .2553},
              0.00006);
  expect_near(gops(plan(Family::kWideResnet32, 6, 32, 10), CostRule::kOfficial),
              {.4014, .7053, 1.0899, 1.3944, 1.9319, 2.3855}, 0.00006);
}

TEST(ExitCosts, CountDepthwiseConvolutionsOnceWhereCorrected) {
  const NetworkPlan mobilenet = plan(Family::kMobilenet, 6, 32, 10);
  expect_near(gops(mobilenet, CostRule::kOfficial), {.0504, .1608, .2794, .4557, .7117, .8156}, 0.00006);
  // The corrected row of the specification leaves out what ops_corrected adds for pooling and mixing: 3 digits.
  expect_near(gops(mobilenet, CostRule::kCorrected), {.0157, .0376, .0675, .1015, .1440, .1589}, 0.0003);
  EXPECT_NEAR(gops(plan(Family::kMobilenet, 1, 32, 10), CostRule::kCorrected)[0], .0956, 0.0002);
}

TEST(ExitCosts, CountBatchNormalisationOfRowsWhereCorrected) {
  const NetworkPlan fcn = make_plan({.family = Family::kFcn18_1, .exits = 6},
                                    {.input = {600}, .classes = 100, .mean = {}, .deviation = {}});
  std::vector<double> mops = exit_costs(fcn, CostRule::kCorrected);
  for (double& cost : mops) cost /= 1e6;
  // The row is up to 0.1 % above what its own formula, (2 in - 1) out a Linear, yields: it fits 2 in out.
  expect_near(mops, {2.38, 5.63, 8.89, 12.14, 15.39, 18.64}, 0.0145);
  EXPECT_NEAR(exit_costs(fcn, CostRule::kCorrected)[0] - exit_costs(fcn, CostRule::kOfficial)[0], 2 * 1024, 1e-6);
}

TEST(ExitCosts, OfEachLayerFollowTheFormulas) {
  LayerWriter writer({4, 8});
  writer.conv("a", 6, {.kernel = 3, .groups = 2}).max_pool(2).average_pool(2).flatten().linear("b", 5);
  const std::vector<Layer> layers = writer.layers();
  EXPECT_EQ(layer_cost(layers[0], CostRule::kCorrected), 6 * 64 * (2 * 9 * 2 - 1 + 1));
  EXPECT_EQ(layer_cost(layers[0], CostRule::kOfficial), 2 * 6 * 64 * (2 * 9 * 2 - 1 + 1));
  EXPECT_EQ(layer_cost(layers[1], CostRule::kCorrected), 6 * 16 * 3);
  EXPECT_EQ(layer_cost(layers[1], CostRule::kOfficial), 6 * 16 * 1);
  EXPECT_EQ(layer_cost(layers[2], CostRule::kCorrected), 6 * 4 * 4);
  EXPECT_EQ(layer_cost(layers[2], CostRule::kOfficial), 6 * 4 * 2);
  EXPECT_EQ(layer_cost(layers[4], CostRule::kOfficial), (2 * 24 - 1) * 5);
}

}  // namespace
}  // namespace exitaudit::networks
