#include "stages/statistics/intervals.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

#include "pipeline/base/error.h"

namespace exitaudit::statistics {
namespace {

void check(std::int64_t hits, std::int64_t trials, double confidence) {
  require(0 <= hits && hits <= trials, "hits of a proportion lie in 0 .. trials");
  require(0 < confidence && confidence < 1, "a confidence lies between 0 and 1");
}

}  // namespace

Interval no_interval() {
  return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
}

Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence) {
  check(hits, trials, confidence);
  const double tail = (1 - confidence) / 2;
  const auto k = static_cast<double>(hits);
  const auto n = static_cast<double>(trials);
  return {hits == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, tail),
          hits == trials ? 1 : boost::math::ibetac_inv(k + 1, n - k, tail)};
}

Interval wilson(std::int64_t hits, std::int64_t trials, double confidence) {
  check(hits, trials, confidence);
  if (trials == 0) return {0, 1};
  const double z = boost::math::quantile(boost::math::normal(), (1 + confidence) / 2);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Interval newcombe(std::int64_t hits_a, std::int64_t trials_a, std::int64_t hits_b, std::int64_t trials_b,
                  double confidence) {
  if (trials_a == 0 || trials_b == 0) return {-1, 1};
  const Interval a = wilson(hits_a, trials_a, confidence);
  const Interval b = wilson(hits_b, trials_b, confidence);
  const double p = static_cast<double>(hits_a) / static_cast<double>(trials_a);
  const double q = static_cast<double>(hits_b) / static_cast<double>(trials_b);
  return {p - q - std::hypot(p - a.low, b.high - q), p - q + std::hypot(a.high - p, q - b.low)};
}

double sidak(double confidence, std::int64_t looks) {
  require(looks > 0, "a family of intervals has at least one");
  return std::pow(confidence, 1 / static_cast<double>(looks));
}

double bonferroni(double confidence, std::int64_t looks) {
  require(looks > 0, "a family of intervals has at least one");
  return 1 - (1 - confidence) / static_cast<double>(looks);
}

}  // namespace exitaudit::statistics
