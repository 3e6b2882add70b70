#include "stages/statistics/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "pipeline/base/error.h"
#include "stages/statistics/bootstrap.h"
#include "stages/statistics/mean.h"

namespace exitaudit::statistics {
namespace {

/// From 0; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> found(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) found[order[i]] = static_cast<double>(from + to - 1) / 2;
    from = to;
  }
  return found;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean = (n - 1) / 2;  // of the ranks, however they are shared
  double both = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean) * (b[i] - mean);
    squares_a += (a[i] - mean) * (a[i] - mean);
    squares_b += (b[i] - mean) * (b[i] - mean);
  }
  if (squares_a == 0 || squares_b == 0) return std::numeric_limits<double>::quiet_NaN();
  return both / std::sqrt(squares_a * squares_b);
}

/// One more draw of a value with this 95 % interval.
double draw(double y, double low, double high, double normal) {
  if (std::isnan(low) || std::isnan(high)) return y;
  return y + normal / kNormal95 * (normal < 0 ? y - low : high - y);
}

}  // namespace

double rank_correlation(std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(), "one y for each x");
  if (x.size() < kFewestRanked) return std::numeric_limits<double>::quiet_NaN();
  return correlation(ranks(x), ranks(y));
}

Interval rank_correlation_interval(std::span<const double> x, std::span<const double> y, std::span<const double> low,
                                   std::span<const double> high, RandomStream random, double confidence) {
  require(low.size() == y.size() && high.size() == y.size(), "one interval for each y");
  bool any = false;
  for (std::size_t i = 0; i < y.size(); ++i) any = any || !(std::isnan(low[i]) || std::isnan(high[i]));
  if (!any || std::isnan(rank_correlation(x, y))) return no_interval();
  const std::vector<double> places = ranks(x);
  std::vector<double> drawn(y.size());
  std::vector<double> found;
  for (std::int64_t k = 0; k < kResamples; ++k) {
    for (std::size_t i = 0; i < y.size(); ++i) drawn[i] = draw(y[i], low[i], high[i], random.normal());
    const double again = correlation(places, ranks(drawn));
    found.push_back(std::isnan(again) ? 0 : again);
  }
  return percentiles(std::move(found), confidence);
}

}  // namespace exitaudit::statistics
