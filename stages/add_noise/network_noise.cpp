#include "stages/add_noise/network_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/normals.h"
#include "stages/statistics/mean.h"

namespace exitaudit::add_noise {
namespace {

using schema::Latencies;
using schema::Measurement;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double normal_density(double x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}

double normal_share_below(double x) {
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

Moments truncated(double mean, double sigma) {
  const double a = -mean / sigma;
  const double hazard = normal_density(a) / normal_share_below(-a);
  return {mean + sigma * hazard, sigma * std::sqrt(1 + a * hazard - hazard * hazard)};
}

Moments folded(double mean, double sigma) {
  const double ratio = mean / sigma;
  const double folded_mean = 2 * sigma * normal_density(ratio) + mean * (1 - 2 * normal_share_below(-ratio));
  return {folded_mean, std::sqrt(mean * mean + sigma * sigma - folded_mean * folded_mean)};
}

/// A sample's normals, a block at a time.
class Normals {
 public:
  explicit Normals(const std::vector<std::string>& names) : stream_(names) {}
  double next() {
    if (used_ == block_.size()) {
      stream_.fill(first_, block_);
      first_ += block_.size();
      used_ = 0;
    }
    return static_cast<double>(block_[used_++]);
  }

 private:
  NormalStream stream_;
  std::array<float, NormalStream::kBlock> block_{};
  std::size_t used_ = NormalStream::kBlock;
  std::uint64_t first_ = 0;
};

double draw(const NetworkDelay& delay, Normals& normals) {
  double z = delay.mean_ms + delay.sigma_ms * normals.next();
  if (delay.positive == Positive::kAbsolute) return std::abs(z);
  // No mean is negative, so at least every other draw is kept.
  while (!(z > 0)) z = delay.mean_ms + delay.sigma_ms * normals.next();
  return z;
}

/// Median time of each exit that has samples, sorted.
std::vector<double> exit_medians(const Latencies& clean) {
  const auto repeats = static_cast<std::size_t>(clean.repeats);
  std::vector<std::vector<double>> times(static_cast<std::size_t>(clean.exits));
  for (std::size_t i = 0; i < clean.latency_ms.size(); ++i) {
    times[static_cast<std::size_t>(clean.exit_taken[i / repeats])].push_back(clean.latency_ms[i]);
  }
  std::vector<double> medians;
  for (std::vector<double>& of_exit : times) {
    if (!of_exit.empty()) medians.push_back(statistics::median(std::move(of_exit)));
  }
  std::sort(medians.begin(), medians.end());
  return medians;
}

/// Mean over `queries` of repeat q mod repeats.
double mean_clean_time(const Latencies& clean, std::size_t row, std::int64_t queries) {
  double sum = 0;
  for (std::int64_t repeat = 0; repeat < clean.repeats; ++repeat) {
    const std::int64_t asked = queries / clean.repeats + (repeat < queries % clean.repeats ? 1 : 0);
    sum += static_cast<double>(asked) *
           clean.latency_ms[row * static_cast<std::size_t>(clean.repeats) + static_cast<std::size_t>(repeat)];
  }
  return sum / static_cast<double>(queries);
}

Measurement bound(const std::string& metric, Certainty certainty, double sigma_ms, const Measurement& gap) {
  const double queries =
      gap.value > 0 ? static_cast<double>(required_queries(certainty, sigma_ms, gap.value)) : kUnknown;
  return {"all", metric, queries, kUnknown, kUnknown, gap.n};
}

}  // namespace

Moments moments(const NetworkDelay& delay) {
  if (delay.sigma_ms == 0) return {delay.mean_ms, 0};
  return delay.positive == Positive::kRejection ? truncated(delay.mean_ms, delay.sigma_ms)
                                                : folded(delay.mean_ms, delay.sigma_ms);
}

double mean_delay_ms(const NetworkDelay& delay, std::int64_t queries, const std::string& name, std::int64_t sample) {
  require(queries > 0, "an adversary asks at least once");
  require(delay.mean_ms >= 0 && delay.sigma_ms >= 0, "a delay's mean and deviation are not negative");
  if (delay.sigma_ms == 0) return delay.mean_ms;
  Normals normals({"network delay", name, std::to_string(sample)});
  double sum = 0;
  for (std::int64_t query = 0; query < queries; ++query) sum += draw(delay, normals);
  return sum / static_cast<double>(queries);
}

std::int64_t required_queries(Certainty certainty, double sigma_ms, double gap_ms) {
  require(gap_ms > 0 && sigma_ms >= 0, "only exits with a gap between them can be told apart");
  const double ratio = sigma_ms / gap_ms;
  double queries = 0;
  switch (certainty) {
    case Certainty::kZTest:
      queries = 2 * std::pow(1.96 * ratio, 2);
      break;
    case Certainty::kSide:
      queries = std::pow(2 * 1.645 * ratio, 2);
      break;
    case Certainty::kInterior:
      queries = std::pow(2 * 1.96 * ratio, 2);
      break;
  }
  // Beyond 2^62 nobody asks, and an integer holds no more.
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(std::min(queries, 0x1p62))));
}

double smallest_gap_ms(const Latencies& clean) {
  const std::vector<double> medians = exit_medians(clean);
  double smallest = kUnknown;
  for (std::size_t i = 1; i < medians.size(); ++i) smallest = std::fmin(smallest, medians[i] - medians[i - 1]);
  return smallest;
}

Latencies noisy_latencies(const Latencies& clean, const NetworkDelay& delay, std::int64_t queries,
                          const std::string& name) {
  Latencies noisy = clean;
  noisy.disturbance = "network";
  noisy.repeats = 1;
  noisy.latency_ms.clear();
  for (std::size_t row = 0; row < clean.index.size(); ++row) {
    noisy.latency_ms.push_back(mean_clean_time(clean, row, queries) +
                               mean_delay_ms(delay, queries, name, clean.index[row]));
  }
  const Measurement gap{"all", "smallest_gap_ms", smallest_gap_ms(clean), kUnknown, kUnknown, clean.count()};
  const double sigma = moments(delay).deviation_ms;
  noisy.measurements = {statistics::mean("mean_ms", noisy.latency_ms), gap,
                        bound("required_queries_z_test", Certainty::kZTest, sigma, gap),
                        bound("required_queries_side", Certainty::kSide, sigma, gap),
                        bound("required_queries_interior", Certainty::kInterior, sigma, gap)};
  return noisy;
}

}  // namespace exitaudit::add_noise
