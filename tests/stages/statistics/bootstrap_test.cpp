#include "stages/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace exitaudit::statistics {
namespace {

struct Sample {
  std::vector<double> scores;
  std::vector<std::uint8_t> decisions;
  std::vector<std::uint8_t> members;
};

/// Members' scores are N(shift, 1), the others' N(0, 1): AUC = Phi(shift / sqrt 2).
Sample draw(std::int64_t seed, int each, double shift) {
  RandomStream random = stream("bootstrap test", seed);
  Sample sample;
  for (int i = 0; i < 2 * each; ++i) {
    sample.members.push_back(i < each ? 1 : 0);
    sample.scores.push_back(random.normal() + (i < each ? shift : 0));
    sample.decisions.push_back(sample.scores.back() > shift / 2 ? 1 : 0);
  }
  return sample;
}

double phi(double x) {
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

MembershipIntervals intervals(const Sample& sample, std::int64_t seed) {
  return bootstrap_membership(sample.scores, sample.decisions, sample.members, stream("b", seed));
}

TEST(Bootstrap, CoversTheTruthAboutNineteenTimesInTwenty) {
  constexpr int kTrials = 200;
  int auc = 0, balanced = 0;
  for (std::int64_t seed = 0; seed < kTrials; ++seed) {
    const MembershipIntervals found = intervals(draw(seed, 80, 1), seed);
    auc += found.auc.contains(phi(1 / std::numbers::sqrt2)) ? 1 : 0;
    balanced += found.balanced_accuracy.contains(phi(0.5)) ? 1 : 0;
  }
  EXPECT_GE(auc, 180);
  EXPECT_LE(auc, 199);
  EXPECT_GE(balanced, 180);
  EXPECT_LE(balanced, 199);
}

// Hanley and McNeil (1982): the standard error of an AUC has this closed form for exponential scores; for a balanced
// accuracy it is that of the mean of two binomial shares.
TEST(Bootstrap, IsAsWideAsTheClosedForms) {
  const Sample sample = draw(1, 2000, 1);
  const MembershipIntervals found = intervals(sample, 1);
  const double a = phi(1 / std::numbers::sqrt2);
  const double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
  const double auc_error = std::sqrt((a * (1 - a) + 1999 * (q1 - a * a) + 1999 * (q2 - a * a)) / (2000.0 * 2000.0));
  EXPECT_NEAR((found.auc.high - found.auc.low) / (2 * 1.96 * auc_error), 1, 0.12);
  const double p = phi(0.5);
  const double error = std::sqrt(p * (1 - p) / 4000);
  EXPECT_NEAR((found.balanced_accuracy.high - found.balanced_accuracy.low) / (2 * 1.96 * error), 1, 0.12);
}

TEST(Bootstrap, MeanIsAsWideAsItsStandardError) {
  RandomStream random = stream("mean");
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(3 + random.normal());
  const Interval found = bootstrap_mean(values, stream("b"));
  EXPECT_TRUE(found.contains(3));
  EXPECT_NEAR((found.high - found.low) / (2 * 1.96 / std::sqrt(1000.0)), 1, 0.12);
}

TEST(Bootstrap, GivesTheSameIntervalForTheSameStream) {
  const Sample sample = draw(1, 50, 1);
  EXPECT_EQ(intervals(sample, 1).auc.low, intervals(sample, 1).auc.low);
  EXPECT_NE(intervals(sample, 1).auc.low, intervals(sample, 2).auc.low);
}

TEST(Bootstrap, HasNoIntervalForOneClassOrOneValue) {
  Sample sample = draw(1, 5, 1);
  sample.members.assign(sample.members.size(), 1);
  EXPECT_TRUE(std::isnan(intervals(sample, 1).auc.low));
  const std::vector<double> one{1};
  EXPECT_TRUE(std::isnan(bootstrap_mean(one, stream("b")).low));
}

}  // namespace
}  // namespace exitaudit::statistics
