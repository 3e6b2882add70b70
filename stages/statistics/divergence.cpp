#include "stages/statistics/divergence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"

namespace exitaudit::statistics {
namespace {

constexpr double kUpperQuantile = 0.995;

double total(const Counts& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

/// share * log2(share / middle), 0 where nothing is.
double surprise(double share, double middle) {
  return share > 0 ? share * std::log2(share / middle) : 0;
}

/// The divergence after the labels of both samples were dealt out anew.
double permuted(const std::vector<std::uint32_t>& pooled, std::int64_t bins, RandomStream random) {
  const std::vector<std::int64_t> order = random.permutation(static_cast<std::int64_t>(pooled.size()));
  Counts p(static_cast<std::size_t>(bins));
  Counts q(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < order.size(); ++i) {
    ++(i < order.size() / 2 ? p : q)[pooled[static_cast<std::size_t>(order[i])]];
  }
  return jensen_shannon(p, q);
}

}  // namespace

std::vector<double> histogram_edges(std::vector<double> values, std::int64_t bins) {
  require(bins > 0, "a histogram has bins");
  double top = 0;
  if (!values.empty()) {
    std::sort(values.begin(), values.end());
    top = quantile(values, kUpperQuantile);
  }
  if (!(top > 0)) top = 1;
  std::vector<double> edges;
  for (std::int64_t k = 0; k <= bins; ++k) edges.push_back(top * static_cast<double>(k) / static_cast<double>(bins));
  return edges;
}

std::vector<std::uint32_t> bins_of(std::span<const double> values, std::span<const double> edges) {
  const auto bins = static_cast<double>(edges.size() - 1);
  std::vector<std::uint32_t> found;
  found.reserve(values.size());
  for (const double value : values) {
    const double place = std::floor(value / edges.back() * bins);
    found.push_back(static_cast<std::uint32_t>(std::clamp(place, 0.0, bins - 1)));
  }
  return found;
}

Counts count_bins(std::span<const std::uint32_t> bins_of_values, std::int64_t bins) {
  Counts counts(static_cast<std::size_t>(bins));
  for (const std::uint32_t bin : bins_of_values) ++counts.at(bin);
  return counts;
}

double jensen_shannon(const Counts& p, const Counts& q) {
  require(p.size() == q.size(), "two histograms have equal bins");
  const double all_p = total(p);
  const double all_q = total(q);
  if (all_p == 0 || all_q == 0) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (std::size_t bin = 0; bin < p.size(); ++bin) {
    const double share_p = p[bin] / all_p;
    const double share_q = q[bin] / all_q;
    const double middle = (share_p + share_q) / 2;
    sum += surprise(share_p, middle) / 2 + surprise(share_q, middle) / 2;
  }
  return std::clamp(sum, 0.0, 1.0);  // the last bit may be off
}

Divergence estimate_divergence(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::int64_t bins,
                               std::int64_t permutations, const std::string& name) {
  require(a.size() == b.size(), "samples are equally many");
  Divergence found;
  if (a.empty()) return found;
  found.raw = jensen_shannon(count_bins(a, bins), count_bins(b, bins));
  std::vector<std::uint32_t> pooled(a.begin(), a.end());
  pooled.insert(pooled.end(), b.begin(), b.end());
  double bias = 0;
  for (std::int64_t k = 0; k < permutations; ++k) {
    bias += permuted(pooled, bins, stream("divergence after permutation", name, k)) / static_cast<double>(permutations);
  }
  found.corrected = found.raw - bias;
  if (a.size() < 2) return found;
  std::vector<double> replicates = resample_strata(a, b, static_cast<std::size_t>(bins), jensen_shannon,
                                                   stream("bootstrap of the divergence", name));
  const double middle =
      std::accumulate(replicates.begin(), replicates.end(), 0.0) / static_cast<double>(replicates.size());
  for (double& replicate : replicates) replicate += found.corrected - middle;
  found.interval = percentiles(std::move(replicates));
  return found;
}

}  // namespace exitaudit::statistics
