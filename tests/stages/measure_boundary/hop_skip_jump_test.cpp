#include "stages/measure_boundary/hop_skip_jump.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/base/error.h"
#include "pipeline/base/normals.h"
#include "pipeline/base/random.h"
#include "tests/support/linear_oracle.h"

namespace exitaudit::measure_boundary {
namespace {

constexpr std::int64_t kDimensions = 100;

/// Samples in the middle of the unit cube, where clipping is far.
torch::Tensor middle_samples(std::int64_t count, std::int64_t d = kDimensions) {
  torch::Tensor samples = torch::empty({count, d});
  RandomStream random = stream("samples", count, d);
  float* values = samples.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < samples.numel(); ++i) values[i] = static_cast<float>(0.4 + 0.2 * random.uniform());
  return samples;
}

std::vector<std::int64_t> indices(std::int64_t count) {
  std::vector<std::int64_t> index(static_cast<std::size_t>(count));
  std::iota(index.begin(), index.end(), 1000);
  return index;
}

/// A plane of random direction through the point that is `distance` from `x` along it.
test::LinearOracle plane_beside(const torch::Tensor& x, std::int64_t number, double distance) {
  torch::Tensor normal = torch::empty({x.size(0)});
  NormalStream({"plane", std::to_string(number)})
      .fill(0, {normal.mutable_data_ptr<float>(), static_cast<std::size_t>(normal.numel())});
  const torch::Tensor wide = normal.to(torch::kDouble);
  const double offset = distance * wide.norm().item<double>() - wide.dot(x.to(torch::kDouble)).item<double>();
  return {wide, offset};
}

/// found / true distance - 1 of `count` planes, each with a sample of its own, ascending.
std::vector<double> excesses(std::int64_t count, const HopSkipJumpSettings& settings) {
  torch::set_num_threads(1);  // small tensors: threads would only wait for each other
  const torch::Tensor samples = middle_samples(count);
  std::vector<double> found;
  for (std::int64_t i = 0; i < count; ++i) {
    test::LinearOracle oracle = plane_beside(samples[i], i, 0.1 + 0.004 * static_cast<double>(i % 100));
    const auto point = hop_skip_jump(oracle, samples.narrow(0, i, 1), {i}, {"planes"}, settings).at(0);
    EXPECT_TRUE(point.found);
    EXPECT_EQ(point.queries, oracle.queries());
    found.push_back(point.distance / oracle.distance(samples[i]) - 1);
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(HopSkipJump, FindsPlanesWithinAFewPerCentOnThePapersBudget) {
  const std::vector<double> excess = excesses(200, {});
  EXPECT_LE(excess[100], 0.05);  // 4.1 % and 5.7 % are seen
  EXPECT_LE(excess.back(), 0.09);
  EXPECT_GE(excess.front(), -1e-6);
}

TEST(HopSkipJump, FindsPlanesWithinOnePerCentOnTwiceTheIterationsAndFourTimesTheProbes) {
  const std::vector<double> excess = excesses(20, {.iterations = 20, .initial_probes = 400});
  EXPECT_LE(excess.back(), 0.01);  // 0.65 % is seen
  EXPECT_GE(excess.front(), -1e-6);
}

TEST(HopSkipJump, AsksWhatThePaperAsks) {
  const torch::Tensor samples = middle_samples(1);
  test::LinearOracle oracle = plane_beside(samples[0], 0, 0.2);
  const BoundaryPoint point = hop_skip_jump(oracle, samples, {0}, {"budget"}, {}).at(0);
  std::int64_t probes = 0;
  for (int t = 0; t < 10; ++t) probes += static_cast<std::int64_t>(100 * std::sqrt(t + 1.0));
  EXPECT_EQ(probes, 2243);
  // Beside the probes: the label, 10 to 100 start samples, 10 halvings to .001, 11 times 10 to theta = .001, steps.
  EXPECT_GE(point.queries, probes + 1 + 10 + 10 + 110 + 10);
  EXPECT_LE(point.queries, probes + 1 + 100 + 10 + 110 + 60);
}

// Whoever shares a sample's batches: the same bits.
TEST(HopSkipJump, DoesNotDependOnWhoIsInFlight) {
  const torch::Tensor samples = middle_samples(300);
  HopSkipJumpSettings settings{.iterations = 3, .initial_probes = 30};
  const auto distances = [&](std::int64_t in_flight, std::int64_t batch, std::int64_t first) {
    settings.in_flight = in_flight;
    settings.batch = batch;
    test::LinearOracle oracle = plane_beside(samples[0], 7, 0.3);
    std::vector<std::int64_t> index = indices(300);
    index.erase(index.begin(), index.begin() + first);
    std::vector<double> found;
    for (const auto& point :
         hop_skip_jump(oracle, samples.narrow(0, first, 300 - first), index, {"flight"}, settings)) {
      found.push_back(point.distance);
      found.push_back(static_cast<double>(point.queries));
    }
    return found;
  };
  const std::vector<double> alone = distances(1, 1024, 0);
  EXPECT_EQ(distances(256, 1024, 0), alone);
  EXPECT_EQ(distances(256, 64, 0), alone);
  EXPECT_EQ(distances(256, 1024, 100), std::vector<double>(alone.begin() + 200, alone.end()));
}

TEST(HopSkipJump, DrawsOtherNumbersForEachSample) {
  const torch::Tensor twice = middle_samples(1).repeat({2, 1});
  test::LinearOracle oracle = plane_beside(twice[0], 3, 0.3);
  const auto points = hop_skip_jump(oracle, twice, {5, 6}, {"names"}, {.iterations = 1});
  EXPECT_NE(points[0].distance, points[1].distance);
}

TEST(HopSkipJump, SaysThatNothingElseIsThere) {
  const torch::Tensor samples = middle_samples(3);
  test::LinearOracle oracle(torch::ones({kDimensions}), 1);  // label 1 in the whole cube
  for (const BoundaryPoint& point : hop_skip_jump(oracle, samples, indices(3), {"nothing"}, {})) {
    EXPECT_FALSE(point.found);
    EXPECT_EQ(point.distance, 0);
    EXPECT_EQ(point.label, 1);
    EXPECT_EQ(point.queries, 101);
  }
}

/// A plane that also remembers the least and the largest value it was asked.
class Wary final : public DecisionOracle {
 public:
  double least = 1;
  double most = 0;

 private:
  torch::Tensor answer(const torch::Tensor& inputs) override {
    least = std::min(least, inputs.min().item<double>());
    most = std::max(most, inputs.max().item<double>());
    return inputs.mean(1).gt(0.97).to(torch::kLong);
  }
};

TEST(HopSkipJump, StaysInTheClippingRange) {
  Wary oracle;
  const torch::Tensor samples = torch::full({2, 8}, 0.98F) * torch::ones({2, 8});
  const auto points = hop_skip_jump(oracle, samples, indices(2), {"clip"}, {.iterations = 4});
  EXPECT_TRUE(points[0].found);
  EXPECT_GE(oracle.least, 0);
  EXPECT_LE(oracle.most, 1);
  EXPECT_GT(oracle.most, 0.99);
}

TEST(HopSkipJump, TellsHowFarItIsAndStopsWhereItsWatchThrows) {
  const torch::Tensor samples = middle_samples(20);
  test::LinearOracle oracle = plane_beside(samples[0], 7, 0.3);
  double last = 0;
  std::int64_t rounds = 0;
  const auto watch = [&](const SearchProgress& progress) {
    EXPECT_GE(progress.fraction, last);
    last = progress.fraction;
    ++rounds;
  };
  hop_skip_jump(oracle, samples, indices(20), {"watch"}, {.iterations = 2, .in_flight = 5}, watch);
  EXPECT_EQ(last, 1);
  EXPECT_GT(rounds, 30);
  const auto impatient = [](const SearchProgress&) { throw Error(ErrorKind::kStopped, "stopped"); };
  EXPECT_THROW(hop_skip_jump(oracle, samples, indices(20), {"watch"}, {}, impatient), Error);
}

}  // namespace
}  // namespace exitaudit::measure_boundary
