// The acceptance test of the estimator: random mixtures, no shadow, no number of exits given.

#include <gtest/gtest.h>

#include "stages/steal_exits/exit_thief.h"
#include "tests/stages/steal_exits/mixture.h"

namespace exitaudit::steal_exits {
namespace {

constexpr int kMixtures = 1000;
constexpr std::int64_t kMany = 1000;  // exits that the thief is told; none is then pruned or renumbered

struct Found {
  double count_right = 0;    ///< share of mixtures whose number of exits was found
  double accuracy_high = 0;  ///< share of mixtures with at least 99 % of the samples right
};

Found over_mixtures(Jitter jitter) {
  Found found;
  for (int k = 0; k < kMixtures; ++k) {
    RandomStream random = stream("mixtures", k);
    const auto exits = static_cast<std::int64_t>(2 + random.below(5));
    const double sigma_ms = std::pow(10, 4 * random.uniform() - 3);  // 0.001 .. 10 ms: no scale is special
    const OwnModel truth = random_mixture(exits, 2000, sigma_ms, jitter, stream("a mixture", k));
    const ExitBorders borders = draw_borders(truth.time_ms, kMany, {}, {});
    found.count_right += borders.estimated_exits == exits ? 1.0 / kMixtures : 0;
    found.accuracy_high += accuracy(tell_exits(borders, truth.time_ms), truth.exit) >= 0.99 ? 1.0 / kMixtures : 0;
  }
  return found;
}

TEST(Mixtures, OfGaussianExitsAreToldApart) {
  const Found found = over_mixtures(Jitter::kGaussian);
  RecordProperty("count_right", std::to_string(found.count_right));
  RecordProperty("accuracy_high", std::to_string(found.accuracy_high));
  EXPECT_GE(found.count_right, 0.98);
  EXPECT_GE(found.accuracy_high, 0.98);
}

TEST(Mixtures, OfSkewedExitsAreToldApart) {
  const Found found = over_mixtures(Jitter::kLognormal);
  RecordProperty("count_right", std::to_string(found.count_right));
  RecordProperty("accuracy_high", std::to_string(found.accuracy_high));
  EXPECT_GE(found.count_right, 0.98);
  EXPECT_GE(found.accuracy_high, 0.98);
}

}  // namespace
}  // namespace exitaudit::steal_exits
