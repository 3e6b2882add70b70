#pragma once
// Synthetic times with known exits, for the tests of this folder.

#include <cmath>
#include <cstdint>
#include <vector>

#include "pipeline/base/random.h"
#include "stages/steal_exits/timings.h"

namespace exitaudit::steal_exits {

/// Deviation 1, mean 0.
enum class Jitter { kGaussian, kLognormal, kExponential };

inline double draw_jitter(Jitter jitter, RandomStream& random) {
  switch (jitter) {
    case Jitter::kGaussian:
      return random.normal();
    case Jitter::kExponential:
      return -std::log1p(-random.uniform()) - 1;
    case Jitter::kLognormal:
      break;
  }
  constexpr double kShape = 0.5;  // skewness 1.75
  const double mean = std::exp(kShape * kShape / 2);
  const double deviation = mean * std::sqrt(std::expm1(kShape * kShape));
  return (std::exp(kShape * random.normal()) - mean) / deviation;
}

/// A model's `samples` times: each exit has at least 5 % of them, the rest by chance; neighbouring centers are
/// 6 to 60 deviations apart. The averaged time's deviation is `sigma_ms`.
inline OwnModel random_mixture(std::int64_t exits, std::int64_t samples, double sigma_ms, Jitter jitter,
                               RandomStream random) {
  std::vector<double> share;
  double all = 0;
  for (std::int64_t e = 0; e < exits; ++e) all += share.emplace_back(-std::log1p(-random.uniform()));
  OwnModel made;
  made.exits = exits;
  double center = 100 * sigma_ms;
  const std::int64_t shared = samples - exits * (samples / 20);
  for (std::int64_t e = 0; e < exits; ++e) {
    const double extra = share[static_cast<std::size_t>(e)] / all * static_cast<double>(shared);
    const std::int64_t count = e + 1 < exits ? samples / 20 + static_cast<std::int64_t>(extra)
                                             : samples - static_cast<std::int64_t>(made.exit.size());
    for (std::int64_t i = 0; i < count; ++i) {
      made.exit.push_back(static_cast<std::int32_t>(e));
      made.time_ms.push_back(center + sigma_ms * draw_jitter(jitter, random));
    }
    center += sigma_ms * (6 + 54 * random.uniform());
  }
  return made;
}

inline double accuracy(const std::vector<std::int32_t>& told, const std::vector<std::int32_t>& truth) {
  double right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += told[i] == truth[i] ? 1 : 0;
  return right / static_cast<double>(truth.size());
}

}  // namespace exitaudit::steal_exits
