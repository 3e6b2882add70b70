#include "stages/statistics/accuracy.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

double rate(std::int64_t hits, std::int64_t n) {
  return n == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(hits) / static_cast<double>(n);
}

}  // namespace

schema::Measurement proportion(const std::string& slice, const std::string& metric, std::int64_t hits, std::int64_t n) {
  const Interval interval = n == 0 ? no_interval() : clopper_pearson(hits, n);
  return {slice, metric, rate(hits, n), interval.low, interval.high, n};
}

Score score_of(const schema::ThresholdPoint& point) {
  const std::int64_t n = std::accumulate(point.exit_counts.begin(), point.exit_counts.end(), std::int64_t{0});
  return {std::llround(point.accuracy * static_cast<double>(n)), n};
}

Score score_of(const schema::Observations& observations, bool members) {
  Score score;
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    if ((observations.member[i] != 0) != members) continue;
    ++score.n;
    score.right += observations.prediction[observations.answer(i)] == observations.label[i] ? 1 : 0;
  }
  return score;
}

schema::Measurement overfitting(const Score& train, const Score& test) {
  const Interval gap = newcombe(train.right, train.n, test.right, test.n);
  return {"all",   "overfitting", rate(train.right, train.n) - rate(test.right, test.n),
          gap.low, gap.high,      train.n + test.n};
}

}  // namespace exitaudit::statistics
