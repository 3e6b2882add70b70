#include "stages/statistics/kernel_density.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "pipeline/base/error.h"
#include "stages/statistics/bootstrap.h"
#include "stages/statistics/cosine_transform.h"

namespace exitaudit::statistics {
namespace {

constexpr double kMargin = 3;  // bandwidths, on either side
constexpr double kPointsPerBandwidth = 12;
constexpr double kFewestPoints = 1024;
constexpr double kMostPoints = 1 << 22;
constexpr double kReach = 9;  // bandwidths; what lies further out is below 3e-18 of the kernel's peak

/// The kernel at 0, 1, 2, … steps, up to its reach.
std::vector<double> half_kernel(double step, double bandwidth) {
  std::vector<double> kernel;
  for (double x = 0; x <= kReach * bandwidth; x += step) {
    const double z = x / bandwidth;
    kernel.push_back(std::exp(-z * z / 2) / (bandwidth * std::sqrt(2 * std::numbers::pi)));
  }
  return kernel;
}

/// Share of the samples at each point: a sample between two points is dealt to both by its closeness.
std::vector<double> deal_out(std::span<const double> samples, const Density& grid) {
  std::vector<double> share(grid.value.size());
  const double one = 1 / static_cast<double>(samples.size());
  for (const double sample : samples) {
    const double place = (sample - grid.first) / grid.step;
    const auto left = std::min(static_cast<std::size_t>(place), share.size() - 2);
    const double rest = place - static_cast<double>(left);
    share[left] += one * (1 - rest);
    share[left + 1] += one * rest;
  }
  return share;
}

void spread(std::span<const double> share, std::span<const double> kernel, std::vector<double>& value) {
  const auto points = static_cast<std::ptrdiff_t>(value.size());
  const auto reach = static_cast<std::ptrdiff_t>(kernel.size()) - 1;
  for (std::ptrdiff_t i = 0; i < points; ++i) {
    const double here = share[static_cast<std::size_t>(i)];
    if (here == 0) continue;
    double* const center = value.data() + i;
    for (std::ptrdiff_t k = std::min(reach, i); k > 0; --k) center[-k] += here * kernel[static_cast<std::size_t>(k)];
    const std::ptrdiff_t right = std::min(reach, points - 1 - i);
    for (std::ptrdiff_t k = 0; k <= right; ++k) center[k] += here * kernel[static_cast<std::size_t>(k)];
  }
}

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> values(samples.begin(), samples.end());
  std::sort(values.begin(), values.end());
  return values;
}

double deviation(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / std::max(1.0, n - 1));
}

double silverman_of_sorted(std::span<const double> values) {
  const double quartiles = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349;
  const double all = deviation(values);
  const double spread_of = quartiles > 0 ? std::min(all, quartiles) : all;
  return 0.9 * spread_of * std::pow(static_cast<double>(values.size()), -0.2);
}

/// Distances of neighbouring distinct values.
std::vector<double> gaps(std::span<const double> values) {
  std::vector<double> found;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] > values[i - 1]) found.push_back(values[i] - values[i - 1]);
  }
  return found;
}

/// What a clock's values are multiples of, where it shows; else 0.
double tick(std::vector<double> gaps_of_values, std::size_t samples) {
  if (gaps_of_values.empty() || 2 * (gaps_of_values.size() + 1) >= samples) return 0;
  const auto middle = gaps_of_values.begin() + static_cast<std::ptrdiff_t>(gaps_of_values.size() / 2);
  std::nth_element(gaps_of_values.begin(), middle, gaps_of_values.end());
  return *middle;
}

/// Botev's equation for t = (bandwidth / range)^2: t = xi gamma^[7](t), from the squared cosine coefficients.
class IsjEquation {
 public:
  IsjEquation(const std::vector<double>& coefficients, double samples) : samples_(samples) {
    for (std::size_t k = 1; k < coefficients.size(); ++k) power_.push_back(coefficients[k] * coefficients[k]);
  }

  /// Left less right side: rises through 0 at the root.
  double operator()(double t) const {
    double roughness = roughness_at(7, t);
    for (int s = 6; s >= 2; --s) {
      double odd = 1;
      for (int k = 3; k <= 2 * s - 1; k += 2) odd *= k;
      const double constant = (1 + std::pow(0.5, s + 0.5)) / 3;
      const double numerator = 2 * constant * odd / std::sqrt(2 * std::numbers::pi);
      roughness = roughness_at(s, std::pow(numerator / (samples_ * roughness), 2.0 / (3 + 2 * s)));
    }
    return t - std::pow(2 * samples_ * std::sqrt(std::numbers::pi) * roughness, -0.4);
  }

 private:
  /// Squared norm of the s-th derivative of the density at time t: 2 sum (pi k)^2s (a_k/2)^2 exp(-(pi k)^2 t).
  double roughness_at(int s, double t) const {
    // exp(-c k^2) by its ratios from k to k + 1; the sum ends where a term has no weight left.
    const double c = std::numbers::pi * std::numbers::pi * t;
    const double last = std::sqrt(60 / c);
    const double ratio_of_ratios = std::exp(-2 * c);
    double damping = std::exp(-c);
    double ratio = std::exp(-3 * c);
    double sum = 0;
    for (std::size_t i = 0; i < power_.size() && static_cast<double>(i) < last; ++i) {
      const double square = static_cast<double>((i + 1) * (i + 1));
      double weight = damping;
      for (int p = 0; p < s; ++p) weight *= square;
      sum += weight * power_[i];
      damping *= ratio;
      ratio *= ratio_of_ratios;
    }
    return 2 * std::pow(std::numbers::pi, 2 * s) * sum;
  }

  double samples_;
  std::vector<double> power_;  // (a_k / 2)^2, k = 1, 2, …
};

/// The root of a rising function of t between `low` and `high`, to 1e-4 of it, in steps of log t; 0 where there is
/// none.
template <class Equation>
double solve(const Equation& equation, double low, double high) {
  if (!(equation(low) < 0 && equation(high) > 0)) return 0;
  while (high > low * (1 + 1e-4)) {
    const double middle = std::sqrt(low * high);
    (equation(middle) < 0 ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

/// The bandwidth on a histogram of 2^bits bins; 0 without a root. Range: a tenth beyond the samples on either side.
double isj_on_grid(std::span<const double> values, double distinct, int bits) {
  const double beyond = (values.back() - values.front()) / 10;
  const double first = values.front() - beyond;
  const double range = values.back() + beyond - first;
  std::vector<double> share(std::size_t{1} << static_cast<unsigned>(bits));
  const double one = 1 / static_cast<double>(values.size());
  for (const double value : values) {
    share[static_cast<std::size_t>((value - first) / range * static_cast<double>(share.size()))] += one;
  }
  const double bin = 1 / static_cast<double>(share.size());
  return range * std::sqrt(solve(IsjEquation(cosine_transform(share), distinct), bin * bin, 0.1));
}

/// An end of the alternating sequence peak, valley, peak, …
struct Extreme {
  double place = 0;
  double height = 0;
};

/// The density's turns, peak first and last; a level stretch is one point, its middle.
std::vector<Extreme> turns(const Density& density) {
  std::vector<Extreme> found;
  const std::vector<double>& f = density.value;
  bool rising = true;
  std::size_t from = 0;  // first point of the level stretch that i - 1 is on
  for (std::size_t i = 1; i <= f.size(); ++i) {
    if (i < f.size() && f[i] == f[from]) continue;
    const bool rises = i < f.size() && f[i] > f[from];
    if (rises != rising) {
      found.push_back({density.place(static_cast<double>(from + i - 1) / 2), f[from]});
      rising = rises;
    }
    from = i;
  }
  return found;
}

/// Peaks that are joined so far, as a forest whose roots are the highest of each.
class Peaks {
 public:
  explicit Peaks(std::vector<double> heights) : height_(std::move(heights)), parent_(height_.size()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  /// Joins what two neighbours belong to; the height of the lower one.
  double join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (height_[a] < height_[b]) std::swap(a, b);
    parent_[b] = a;
    return height_[b];
  }

 private:
  std::size_t root(std::size_t a) {
    while (parent_[a] != a) a = parent_[a] = parent_[parent_[a]];
    return a;
  }
  std::vector<double> height_;
  std::vector<std::size_t> parent_;
};

}  // namespace

double Density::at(double x) const {
  const double point = (x - first) / step;
  if (!(point >= 0 && point <= static_cast<double>(value.size() - 1))) return 0;
  const auto left = std::min(static_cast<std::size_t>(point), value.size() - 2);
  const double rest = point - static_cast<double>(left);
  return value[left] * (1 - rest) + value[left + 1] * rest;
}

Density estimate_density(std::span<const double> samples, double bandwidth) {
  require(!samples.empty() && bandwidth > 0, "a density has samples and a bandwidth");
  const auto [smallest, largest] = std::minmax_element(samples.begin(), samples.end());
  const double range = *largest - *smallest + 2 * kMargin * bandwidth;
  const double points = std::max(kFewestPoints, std::ceil(range / bandwidth * kPointsPerBandwidth) + 1);
  if (!(points <= kMostPoints)) {
    throw Error(ErrorKind::kFailure, fmt::format("a bandwidth of {} is too small for values from {} to {}: the density "
                                                 "would need {:.0f} points",
                                                 bandwidth, *smallest, *largest, points));
  }
  Density density;
  density.first = *smallest - kMargin * bandwidth;
  density.step = range / (points - 1);
  density.bandwidth = bandwidth;
  density.samples = static_cast<std::int64_t>(samples.size());
  density.value.resize(static_cast<std::size_t>(points));
  spread(deal_out(samples, density), half_kernel(density.step, bandwidth), density.value);
  return density;
}

double silverman_bandwidth(std::span<const double> samples) {
  require(!samples.empty(), "a bandwidth is chosen for samples");
  return silverman_of_sorted(sorted(samples));
}

double isj_bandwidth(std::span<const double> samples) {
  require(!samples.empty(), "a bandwidth is chosen for samples");
  const std::vector<double> values = sorted(samples);
  if (values.front() == values.back()) return 0;
  const std::vector<double> distances = gaps(values);
  const auto distinct = static_cast<double>(distances.size() + 1);
  const double range = values.back() - values.front();
  double bandwidth = 0;
  // A far outlier stretches the bins: finer ones until a bandwidth is at least four of them.
  for (int bits = 14; bits <= 20; bits += 2) {
    bandwidth = isj_on_grid(values, distinct, bits);
    if (bandwidth >= 4 * 1.2 * range / std::exp2(bits)) break;
  }
  if (bandwidth == 0) bandwidth = silverman_of_sorted(values);
  return std::max({bandwidth, tick(distances, values.size()), 4 * range / std::exp2(20)});
}

std::vector<Valley> find_valleys(const Density& density) {
  const std::vector<Extreme> all = turns(density);
  std::vector<double> peaks;
  for (std::size_t i = 0; i < all.size(); i += 2) peaks.push_back(all[i].height);
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i + 1 < all.size(); i += 2) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].height > all[b].height; });
  Peaks joined(std::move(peaks));
  const double standard_error =
      std::sqrt(1 / (2 * std::sqrt(std::numbers::pi)) / (4 * static_cast<double>(density.samples) * density.bandwidth));
  std::vector<Valley> found;
  for (const std::size_t i : order) {
    const double lower = joined.join((i - 1) / 2, (i + 1) / 2);
    const double fall = std::sqrt(lower) - std::sqrt(all[i].height);
    found.push_back({all[i].place, fall / standard_error, all[i].height / lower});
  }
  std::sort(found.begin(), found.end(), [](const Valley& a, const Valley& b) { return a.place < b.place; });
  return found;
}

}  // namespace exitaudit::statistics
