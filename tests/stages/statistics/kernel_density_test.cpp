#include "stages/statistics/kernel_density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/base/random.h"
#include "stages/statistics/cosine_transform.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::statistics {
namespace {

std::vector<double> normals(int count, double mean, double deviation, RandomStream random) {
  std::vector<double> found;
  for (int i = 0; i < count; ++i) found.push_back(mean + deviation * random.normal());
  return found;
}

/// The definition, term by term.
double direct(const std::vector<double>& samples, double x, double bandwidth) {
  double sum = 0;
  for (const double sample : samples) {
    const double z = (x - sample) / bandwidth;
    sum += std::exp(-z * z / 2);
  }
  return sum / (static_cast<double>(samples.size()) * bandwidth * std::sqrt(2 * std::numbers::pi));
}

double largest_error(const std::vector<double>& samples, const Density& density) {
  double worst = 0;
  for (std::size_t i = 0; i < density.value.size(); ++i) {
    const double x = density.place(static_cast<double>(i));
    worst = std::max(worst, std::abs(density.value[i] - direct(samples, x, density.bandwidth)));
  }
  return worst;
}

double bound(const Density& density) {
  const double steps = density.step / density.bandwidth;
  return steps * steps / 8 / (density.bandwidth * std::sqrt(2 * std::numbers::pi));
}

/// Two clusters; the grid is then as coarse as it may be.
std::vector<double> two_clusters() {
  std::vector<double> samples = normals(300, 5, 0.1, stream("left"));
  const std::vector<double> right = normals(100, 9, 0.3, stream("right"));
  samples.insert(samples.end(), right.begin(), right.end());
  return samples;
}

TEST(KernelDensity, IsTheDirectSumWithinItsBound) {
  const std::vector<double> samples = two_clusters();
  for (const double bandwidth : {0.01, 0.05, 0.3, 2.0}) {
    const Density density = estimate_density(samples, bandwidth);
    EXPECT_LE(density.step, bandwidth / 12);
    EXPECT_GE(density.value.size(), 1024U);
    EXPECT_LE(largest_error(samples, density), bound(density)) << bandwidth;
  }
}

TEST(KernelDensity, ReachesItsBoundNowhereButInTheWorstCase) {
  // One sample, in the middle between two points: the kernel's curvature at its peak is then all that counts.
  const Density wide = estimate_density(std::vector<double>{0, 100}, 1);
  const double between = wide.place(600.5);
  const std::vector<double> samples{0, 100, between};
  const Density density = estimate_density(samples, 1);
  EXPECT_LE(largest_error(samples, density), bound(density) / 3);
  EXPECT_GE(largest_error(samples, density), bound(density) / 3 * 0.98);
}

TEST(KernelDensity, HoldsAllSamplesAndReadsBetweenPoints) {
  const std::vector<double> samples = two_clusters();
  const Density density = estimate_density(samples, 0.05);
  double all = 0;
  for (const double value : density.value) all += value * density.step;
  EXPECT_NEAR(all, 1, 3e-3);  // 0.13 % of the outermost kernels lies beyond three bandwidths
  const double middle = density.place(100.5);
  EXPECT_DOUBLE_EQ(density.at(middle), (density.value[100] + density.value[101]) / 2);
  EXPECT_EQ(density.at(density.first - 1), 0);
  EXPECT_EQ(density.at(7), 0);  // more than nine bandwidths from either cluster
}

TEST(KernelDensity, SaysWhereAGridWouldBeTooLarge) {
  const std::string message = test::message_of([] { estimate_density(std::vector<double>{0, 1000}, 1e-6); });
  EXPECT_NE(message.find("a bandwidth of 1e-06 is too small for values from 0 to 1000"), std::string::npos) << message;
}

TEST(CosineTransform, IsItsDefinition) {
  const std::vector<double> x = normals(64, 0.3, 1, stream("signal"));
  const std::vector<double> found = cosine_transform(x);
  for (std::size_t k = 0; k < x.size(); ++k) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      sum += x[j] * std::cos(std::numbers::pi * static_cast<double>(k) * (static_cast<double>(j) + 0.5) / 64);
    }
    EXPECT_NEAR(found[k], sum, 1e-12) << k;
  }
}

/// Least asymptotic mean integrated squared error for a normal: (4 / (3 n))^(1/5) deviations.
double optimum(int count, double deviation) {
  return deviation * std::pow(4.0 / 3 / count, 0.2);
}

TEST(Silverman, IsNineTenthsOfTheSmallerSpread) {
  // 0 .. 8: quartile range 4, deviation sqrt(7.5).
  const std::vector<double> even{8, 1, 2, 3, 4, 5, 6, 7, 0};
  EXPECT_DOUBLE_EQ(silverman_bandwidth(even), 0.9 * std::sqrt(7.5) * std::pow(9, -0.2));
  const std::vector<double> outlying{800, 1, 2, 3, 4, 5, 6, 7, 0};
  EXPECT_DOUBLE_EQ(silverman_bandwidth(outlying), 0.9 * 4 / 1.349 * std::pow(9, -0.2));
  EXPECT_EQ(silverman_bandwidth(std::vector<double>{2, 2, 2}), 0);
}

TEST(ImprovedSheatherJones, IsNearTheOptimumOfANormal) {
  for (const int count : {500, 2000, 20000}) {
    double mean = 0;
    for (int k = 0; k < 20; ++k) {
      mean += isj_bandwidth(normals(count, 7, 0.02, stream("a normal", count, k))) / optimum(count, 0.02) / 20;
    }
    EXPECT_NEAR(mean, 1, 0.1) << count;
  }
}

TEST(ImprovedSheatherJones, DoesNotWidenWhereClustersLieFarApart) {
  // Two of equal share: half the samples each, and the optimum of the sum is that of either.
  std::vector<double> samples = normals(1000, 1, 0.02, stream("left"));
  const std::vector<double> right = normals(1000, 5, 0.02, stream("right"));
  samples.insert(samples.end(), right.begin(), right.end());
  EXPECT_NEAR(isj_bandwidth(samples) / optimum(1000, 0.02), 1, 0.2);
  EXPECT_GT(silverman_bandwidth(samples) / optimum(1000, 0.02), 50);
}

TEST(ImprovedSheatherJones, ScalesWithItsSamples) {
  const std::vector<double> samples = two_clusters();
  std::vector<double> larger;
  for (const double sample : samples) larger.push_back(1000 * sample);
  EXPECT_NEAR(isj_bandwidth(larger) / isj_bandwidth(samples), 1000, 0.2);
}

TEST(ImprovedSheatherJones, SeesAClusterBesideAFarOutlier) {
  std::vector<double> samples = normals(2000, 1, 0.02, stream("a normal"));
  samples.push_back(500);
  EXPECT_NEAR(isj_bandwidth(samples) / optimum(2000, 0.02), 1, 0.2);
}

TEST(ImprovedSheatherJones, IsNotBelowTheTickOfAClock) {
  std::vector<double> samples = normals(20000, 7, 0.02, stream("a normal"));
  for (double& sample : samples) sample = std::round(sample / 0.05) * 0.05;  // all within a few ticks
  EXPECT_NEAR(isj_bandwidth(samples), 0.05, 1e-9);
  EXPECT_TRUE(find_valleys(estimate_density(samples, isj_bandwidth(samples))).empty());
  EXPECT_EQ(isj_bandwidth(std::vector<double>{3, 3, 3}), 0);
  EXPECT_EQ(isj_bandwidth(std::vector<double>{3}), 0);
}

Density by_hand(std::vector<double> value) {
  // n h such that the standard error of the root is 1/2: R / (4 n h) = 1/4.
  return {.first = 10,
          .step = 2,
          .bandwidth = 1 / (2 * std::sqrt(std::numbers::pi)) / 100,
          .samples = 100,
          .value = std::move(value)};
}

TEST(Valleys, HaveTheProminenceOfTheLowerPeakThatTheyPart) {
  //                                        10 12 14 16 18  20 22 24
  const std::vector<Valley> found = find_valleys(by_hand({0, 9, 4, 16, 1, 4, 2.25, 4, 0}));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].place, 14);
  EXPECT_DOUBLE_EQ(found[0].prominence, 2 * (3 - 2));
  EXPECT_DOUBLE_EQ(found[0].ratio, 4.0 / 9);
  EXPECT_EQ(found[1].place, 18);
  EXPECT_DOUBLE_EQ(found[1].prominence, 2 * (2 - 1));  // not of the 16 on its left
  EXPECT_EQ(found[2].place, 22);
  EXPECT_DOUBLE_EQ(found[2].prominence, 2 * (2 - 1.5));
}

TEST(Valleys, LieInTheMiddleOfALevelStretch) {
  const std::vector<Valley> found = find_valleys(by_hand({1, 1, 0, 0, 0, 0, 5, 5, 3, 3}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].place, 17);
  EXPECT_EQ(found[0].ratio, 0);
}

TEST(Valleys, AreNoneOnOneSlopeOrOnNone) {
  EXPECT_TRUE(find_valleys(by_hand({1, 2, 3})).empty());
  EXPECT_TRUE(find_valleys(by_hand({3, 2, 1})).empty());
  EXPECT_TRUE(find_valleys(by_hand({2, 2, 2})).empty());
  EXPECT_TRUE(find_valleys(by_hand({0, 2, 2, 2, 1, 0, 0})).empty());
}

TEST(Valleys, OfASampleOfOneNormalAreChance) {
  double deepest = 0;
  for (int k = 0; k < 200; ++k) {
    const std::vector<double> samples = normals(2000, 0, 1, stream("chance", k));
    for (const Valley& valley : find_valleys(estimate_density(samples, optimum(2000, 1)))) {
      deepest = std::max(deepest, valley.prominence);
    }
  }
  EXPECT_LT(deepest, 6);
  EXPECT_GT(deepest, 1);
}

}  // namespace
}  // namespace exitaudit::statistics
