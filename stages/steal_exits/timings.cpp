#include "stages/steal_exits/timings.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "pipeline/base/error.h"
#include "stages/statistics/bootstrap.h"
#include "stages/statistics/mean.h"

namespace exitaudit::steal_exits {
namespace {

constexpr double kMadsKept = 5;
constexpr double kTrimmed = 0.1;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A tenth of few values is less than one: the outermost then count in part, so that every number of repeats is trimmed
/// alike.
double trimmed_mean(std::span<const double> sorted) {
  const auto n = static_cast<double>(sorted.size());
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double place = static_cast<double>(i);
    const double weight = std::min(place + 1, n - kTrimmed * n) - std::max(place, kTrimmed * n);
    sum += std::max(0.0, weight) * sorted[i];
  }
  return sum / (n - 2 * kTrimmed * n);
}

/// The sorted values but those more than five scaled MADs above their median. None is too small to be true: a
/// disturbance only ever stretches, and where most repeats met a slow clock the few fast ones are the better witnesses.
std::span<const double> without_outliers(std::span<const double> sorted) {
  const double center = statistics::quantile(sorted, 0.5);
  const double far = kMadsKept * scaled_mad({sorted.begin(), sorted.end()}, center);
  const auto high = std::upper_bound(sorted.begin(), sorted.end(), center + far);
  return {sorted.begin(), high};
}

double average(std::span<const double> sorted, Statistic statistic) {
  switch (statistic) {
    case Statistic::kMedian:
      return statistics::quantile(sorted, 0.5);
    case Statistic::kTrimmedMean:
      return trimmed_mean(sorted);
    case Statistic::kMean:
      return mean(sorted);
    case Statistic::kMin:
      return sorted.front();
  }
  throw Error(ErrorKind::kFailure, "a statistic that is none of the four");
}

}  // namespace

double scaled_mad(std::vector<double> values, double center) {
  for (double& value : values) value = std::abs(value - center);
  return 1.4826022185056018 * statistics::median(std::move(values));  // 1 / the normal's upper quartile
}

Timings see_timings(const schema::Latencies& latencies) {
  return {latencies.index, latencies.repeats, latencies.latency_ms};
}

std::vector<double> average_times(const Timings& timings, Statistic statistic, Outliers outliers) {
  const auto repeats = static_cast<std::size_t>(timings.repeats);
  require(timings.latency_ms.size() == timings.index.size() * repeats, "every sample has its repeats");
  std::vector<double> found;
  found.reserve(timings.index.size());
  for (std::size_t i = 0; i < timings.index.size(); ++i) {
    const auto first = timings.latency_ms.begin() + static_cast<std::ptrdiff_t>(i * repeats);
    std::vector<double> sorted(first, first + timings.repeats);
    std::sort(sorted.begin(), sorted.end());
    found.push_back(average(outliers == Outliers::kCut ? without_outliers(sorted) : sorted, statistic));
  }
  return found;
}

OwnModel see_own_model(const schema::Latencies& shadow, Statistic statistic, Outliers outliers) {
  return {shadow.exits, average_times(see_timings(shadow), statistic, outliers), shadow.exit_taken};
}

}  // namespace exitaudit::steal_exits
