#include "stages/steal_exits/likelihood_thief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "stages/steal_exits/exit_thief.h"
#include "tests/stages/steal_exits/mixture.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::steal_exits {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kJitter = 0.02;
const std::vector<double> kCenters{1, 2, 3};
const std::vector<double> kShares{0.5, 0.3, 0.2};

/// A model's clean times: exits at kCenters in kShares.
OwnModel clean_model(std::int64_t samples, RandomStream random) {
  OwnModel made;
  made.exits = 3;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double u = random.uniform();
    const int exit = u < 0.5 ? 0 : (u < 0.8 ? 1 : 2);
    made.exit.push_back(exit);
    made.time_ms.push_back(kCenters[static_cast<std::size_t>(exit)] + kJitter * random.normal());
  }
  return made;
}

/// TimeGuard as Algorithm 1 has it; with a cap as the released code has it.
std::vector<double> guarded(const OwnModel& model, double sigma, RandomStream random, double cap = 0) {
  std::vector<double> times;
  for (std::size_t i = 0; i < model.time_ms.size(); ++i) {
    const double time = model.time_ms[i];
    const double delayed = time + std::abs(sigma * random.normal());
    const bool spared = cap > 0 && (model.exit[i] == 2 || time >= cap);
    times.push_back(spared ? time : (cap > 0 ? std::min(delayed, cap) : delayed));
  }
  return times;
}

/// By definition: a Gaussian's and a half-normal's convolution, summed in 2,000 steps.
double convolution(double time, double center, double jitter, double sigma) {
  const double low = center - 8 * jitter;
  const double high = std::min(time, center + 8 * jitter);
  if (high <= low) return 0;
  constexpr int kSteps = 2000;
  const double step = (high - low) / kSteps;
  double sum = 0;
  for (int k = 0; k < kSteps; ++k) {
    const double clean = low + (k + 0.5) * step;
    const double a = (clean - center) / jitter;
    const double b = (time - clean) / sigma;
    sum += std::exp(-(a * a + b * b) / 2);
  }
  return sum * step / (std::numbers::pi * jitter * sigma);
}

/// The share that whoever knows all densities tells right: the integral of the largest share times density.
double bayes_accuracy(double sigma) {
  const double high = 3 + 8 * std::hypot(sigma, kJitter);
  constexpr int kSteps = 8000;
  const double step = (high - 0.8) / kSteps;
  double sum = 0;
  for (int k = 0; k < kSteps; ++k) {
    const double time = 0.8 + (k + 0.5) * step;
    double best = 0;
    for (std::size_t e = 0; e < 3; ++e) {
      best = std::max(best, kShares[e] * convolution(time, kCenters[e], kJitter, sigma));
    }
    sum += best * step;
  }
  return sum;
}

TEST(GuardedDensity, IsTheConvolution) {
  for (const double sigma : {0.05, 0.5, 4.0}) {
    for (const double time : {1.9, 1.95, 2.0, 2.05, 2.3, 4.0}) {
      const double expected = convolution(time, 2, 0.05, sigma);
      EXPECT_NEAR(std::exp(log_guarded_density(time, 2, 0.05, sigma)), expected, 1e-5 * expected + 1e-12)
          << sigma << " " << time;
    }
  }
}

TEST(GuardedDensity, IsAGaussianWithoutAGuard) {
  EXPECT_NEAR(std::exp(log_guarded_density(2.05, 2, 0.05, 0)),
              std::exp(-0.5) / (0.05 * std::sqrt(2 * std::numbers::pi)), 1e-12);
}

TEST(GuardedDensity, HasALogarithmFarBelowItsEdge) {
  // Smooth across the border to the series, and ever smaller.
  const double above = log_guarded_density(1 - 29.999 * 0.01, 1, 0.01, 1);
  const double below = log_guarded_density(1 - 30.01 * 0.01, 1, 0.01, 1);
  EXPECT_LT(below, above);
  EXPECT_NEAR(above - below, 30 * 0.011, 0.01);
  EXPECT_TRUE(std::isfinite(log_guarded_density(1, 100, 0.001, 5)));
}

TEST(GuardedShare, IsTheDensitysIntegral) {
  double sum = 0;
  double time = 1.6;
  for (int k = 0; k < 40000; ++k) {
    sum += std::exp(log_guarded_density(time + 0.5e-4, 2, 0.05, 0.7)) * 1e-4;
    time = 1.6 + (k + 1) * 1e-4;
    if (k % 4000 != 3999) continue;
    EXPECT_NEAR(guarded_share_below(time, 2, 0.05, 0.7), sum, 1e-6) << time;
  }
}

TEST(SlowestMean, IsOfTheHundredLargestExits) {
  OwnModel own;
  own.exits = 2;
  for (int i = 0; i < 90; ++i) own.exit.push_back(1), own.time_ms.push_back(3);
  for (int i = 0; i < 50; ++i) own.exit.push_back(0), own.time_ms.push_back(1);
  EXPECT_DOUBLE_EQ(slowest_mean(own), (90 * 3 + 10 * 1) / 100.0);
  EXPECT_DOUBLE_EQ(slowest_mean({2, {5, 7}, {1, 0}}), 6);
}

TEST(LikelihoodThief, IsRightWhereClustersLieFarApart) {
  const OwnModel target = clean_model(3000, stream("target"));
  const LikelihoodThief thief(clean_model(3000, stream("own")), {.sigma_ms = 0.1}, {});
  EXPECT_EQ(accuracy(thief.tell_exits(guarded(target, 0.1, stream("delay"))), target.exit), 1);
  EXPECT_EQ(thief.exits_seen(), 3);
}

TEST(LikelihoodThief, IsAsGoodAsBayesAtEverySigma) {
  constexpr std::int64_t kSamples = 40000;
  const OwnModel target = clean_model(kSamples, stream("target"));
  const OwnModel own = clean_model(kSamples, stream("own"));
  for (const double sigma : {0.4, 1.0, 3.0, 20.0, 200.0}) {
    const LikelihoodThief thief(own, {.sigma_ms = sigma}, {});
    const double found = accuracy(thief.tell_exits(guarded(target, sigma, stream("delay"))), target.exit);
    const double best = bayes_accuracy(sigma);
    EXPECT_NEAR(found, best, 4 * std::sqrt(best * (1 - best) / kSamples)) << sigma;
  }
}

TEST(LikelihoodThief, FallsToTheLargestShareBehindALargeDelay) {
  EXPECT_NEAR(bayes_accuracy(200), 0.5, 0.005);  // the accuracy that the test above holds it to
  const LikelihoodThief thief(clean_model(3000, stream("own")), {.sigma_ms = 200}, {});
  EXPECT_THAT(thief.tell_exits(std::vector<double>{50, 100, 300}), ElementsAre(0, 0, 0));
  EXPECT_THAT(thief.tell_exits(std::vector<double>{1, 1.5}), ElementsAre(0, 0));  // before any other exit answers
}

/// Accuracy of the likelihood thief less the density thief's, on the same guarded times.
double edge_gain(double sigma) {
  const OwnModel target = clean_model(10000, stream("target"));
  const OwnModel own = clean_model(10000, stream("own"));
  const std::vector<double> times = guarded(target, sigma, stream("delay"));
  const LikelihoodThief thief(own, {.sigma_ms = sigma}, {});
  return accuracy(thief.tell_exits(times), target.exit) -
         accuracy(tell_exits(draw_borders(times, 3, own, {}), times), target.exit);
}

TEST(LikelihoodThief, GainsByTheEdgeOverTheDensity) {
  // Valleys lie before an edge even where an earlier exit is still the likelier; then, at two gaps, there are none.
  EXPECT_GT(edge_gain(1), 0.02);
  EXPECT_GT(edge_gain(2), 0.2);
}

TEST(LikelihoodThief, FindsTheLastExitBesideTheCapsAtom) {
  // The target's own Tmax is not that of the thief's model; it shows as the one value that recurs.
  constexpr double kCap = 3.005;
  const OwnModel target = clean_model(10000, stream("target"));
  const std::vector<double> times = guarded(target, 5, stream("delay"), kCap);
  const LikelihoodThief thief(clean_model(10000, stream("own")), {5, guard_time::Cap::kMax}, times);
  EXPECT_THAT(thief.method(), HasSubstr("cap at 3.005 ms"));
  const std::vector<std::int32_t> told = thief.tell_exits(times);
  int last_right = 0;
  int last = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (times[i] == kCap) {
      EXPECT_EQ(told[i], 0);  // the likeliest of those that the cap holds back
    }
    if (target.exit[i] != 2) continue;
    ++last;
    last_right += told[i] == 2 ? 1 : 0;
  }
  EXPECT_GT(last_right, 0.99 * last);
}

TEST(LikelihoodThief, PredictsTheCapWhereNoValueRecurs) {
  const OwnModel own{3, {1, 1, 2, 2, 3, 3.5}, {0, 0, 1, 1, 2, 2}};
  const LikelihoodThief thief(own, {1, guard_time::Cap::kMax}, std::vector<double>{2, 2, 3.1, 3.1});
  EXPECT_THAT(thief.method(), HasSubstr("cap at 2.08333 ms"));
}

TEST(LikelihoodThief, SaysThatItNeedsTimesOfItsOwn) {
  EXPECT_THAT(test::message_of([] { LikelihoodThief(OwnModel{}, {}, {}); }), HasSubstr("and has none"));
}

}  // namespace
}  // namespace exitaudit::steal_exits
