#include "stages/statistics/mean.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "pipeline/base/error.h"
#include "stages/statistics/bootstrap.h"

namespace exitaudit::statistics {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Cluster {
  double sum = 0;
  double count = 0;
};

/// In order of first sight, so that no sum depends on the order of a hash table.
std::vector<Cluster> gather(std::span<const double> values, std::span<const std::uint64_t> clusters) {
  std::vector<Cluster> gathered;
  std::unordered_map<std::uint64_t, std::size_t> places;
  const std::size_t columns = clusters.empty() ? 0 : values.size() / clusters.size();
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const auto [found, is_new] = places.try_emplace(clusters[i], gathered.size());
    if (is_new) gathered.emplace_back();
    Cluster& cluster = gathered[found->second];
    for (const double value : values.subspan(i * columns, columns)) cluster.sum += value;
    cluster.count += static_cast<double>(columns);
  }
  return gathered;
}

}  // namespace

Interval t_interval(std::span<const double> values) {
  if (values.size() < 2) return no_interval();
  const auto count = static_cast<double>(values.size());
  const double centre = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  const double quantile = boost::math::quantile(boost::math::students_t(count - 1), 0.975);
  const double half = quantile * std::sqrt(squares / (count - 1) / count);
  return {centre - half, centre + half};
}

double median(std::vector<double> values) {
  require(!values.empty(), "a median is of values");
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

schema::Measurement mean(const std::string& metric, std::span<const double> values) {
  std::vector<std::uint64_t> each(values.size());
  std::iota(each.begin(), each.end(), std::uint64_t{0});
  return clustered_mean(metric, values, each);
}

schema::Measurement clustered_mean(const std::string& metric, std::span<const double> values,
                                   std::span<const std::uint64_t> clusters) {
  require(clusters.empty() ? values.empty() : values.size() % clusters.size() == 0, "equally many values a row");
  const std::vector<Cluster> gathered = gather(values, clusters);
  const auto n = static_cast<std::int64_t>(clusters.size());
  const auto count = static_cast<double>(values.size());
  const double average = std::accumulate(values.begin(), values.end(), 0.0) / count;
  if (gathered.size() < 2) return {"all", metric, average, kUnknown, kUnknown, n};
  double squares = 0;
  for (const Cluster& cluster : gathered) squares += std::pow(cluster.sum - average * cluster.count, 2);
  const auto size = static_cast<double>(gathered.size());
  const double half = kNormal95 * std::sqrt(squares * size / (size - 1)) / count;
  return {"all", metric, average, average - half, average + half, n};
}

}  // namespace exitaudit::statistics
