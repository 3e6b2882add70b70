#include "stages/characterize/loss_distributions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "pipeline/base/random.h"
#include "stages/statistics/divergence.h"

namespace exitaudit::characterize {
namespace {

using schema::Measurement;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kOtherBins[] = {25, 50, 200};

/// Losses of one slice's members and non-members.
struct Losses {
  std::string slice;
  std::vector<double> members;
  std::vector<double> non_members;
};

/// exit = -1: of the whole model.
Losses losses_of(const schema::Observations& observations, std::int64_t exit) {
  Losses losses;
  losses.slice = exit < 0 ? "all" : fmt::format("exit={}", exit);
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    if (exit >= 0 && observations.exit_taken[i] != exit) continue;
    auto& side = observations.member[i] != 0 ? losses.members : losses.non_members;
    side.push_back(static_cast<double>(observations.loss[observations.answer(i)]));
  }
  return losses;
}

/// `count` of the values, each as likely as any other, in their order.
std::vector<double> draw(const std::vector<double>& values, std::size_t count, RandomStream random) {
  if (values.size() == count) return values;
  std::vector<std::int64_t> order = random.permutation(static_cast<std::int64_t>(values.size()));
  order.resize(count);
  std::sort(order.begin(), order.end());
  std::vector<double> drawn;
  for (const std::int64_t place : order) drawn.push_back(values[static_cast<std::size_t>(place)]);
  return drawn;
}

Losses equal_numbers(const Losses& losses, const std::string& name) {
  const std::size_t count = std::min(losses.members.size(), losses.non_members.size());
  return {losses.slice, draw(losses.members, count, stream("equal numbers, members", name, losses.slice)),
          draw(losses.non_members, count, stream("equal numbers, non-members", name, losses.slice))};
}

/// The same losses as bins, and the edges of those.
struct BinnedLosses {
  std::vector<double> edges;
  std::vector<std::uint32_t> members;
  std::vector<std::uint32_t> non_members;
};

BinnedLosses bin(const Losses& losses, std::int64_t bins) {
  std::vector<double> pooled = losses.members;
  pooled.insert(pooled.end(), losses.non_members.begin(), losses.non_members.end());
  BinnedLosses binned;
  binned.edges = statistics::histogram_edges(std::move(pooled), bins);
  binned.members = statistics::bins_of(losses.members, binned.edges);
  binned.non_members = statistics::bins_of(losses.non_members, binned.edges);
  return binned;
}

void add_density(const std::vector<std::uint32_t>& binned, const std::vector<double>& edges, std::int64_t bins,
                 std::vector<double>& densities) {
  const double whole = edges[1] * static_cast<double>(binned.size());
  for (const std::uint32_t count : statistics::count_bins(binned, bins)) densities.push_back(count / whole);
}

void add_histogram(const BinnedLosses& binned, std::int64_t bins, schema::Characteristics& found) {
  const std::size_t count = binned.members.size();
  found.samples.push_back(static_cast<std::int64_t>(count));
  if (count == 0) {
    const auto width = static_cast<std::size_t>(bins);
    found.edges.insert(found.edges.end(), width + 1, kUnknown);
    found.member_density.insert(found.member_density.end(), width, kUnknown);
    found.non_member_density.insert(found.non_member_density.end(), width, kUnknown);
    return;
  }
  found.edges.insert(found.edges.end(), binned.edges.begin(), binned.edges.end());
  add_density(binned.members, binned.edges, bins, found.member_density);
  add_density(binned.non_members, binned.edges, bins, found.non_member_density);
}

Measurement mean_loss(const std::string& slice, const std::string& metric, const std::vector<double>& values,
                      const std::string& name) {
  if (values.empty()) return {slice, metric, kUnknown, kUnknown, kUnknown, 0};
  const auto n = static_cast<std::int64_t>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  const statistics::Interval interval =
      statistics::bootstrap_mean(values, stream("bootstrap of the mean loss", name, slice, metric));
  return {slice, metric, mean, interval.low, interval.high, n};
}

/// `suffix` is "" for the study's own number of bins.
void add_divergence(const std::string& slice, const BinnedLosses& binned, std::int64_t bins, const std::string& suffix,
                    const CharacterizeOptions& options, const std::string& name, std::vector<Measurement>& rows) {
  const statistics::Divergence divergence = statistics::estimate_divergence(
      binned.members, binned.non_members, bins, options.permutations, fmt::format("{}/{}", name, slice));
  const auto n = 2 * static_cast<std::int64_t>(binned.members.size());
  rows.push_back(
      {slice, "js_divergence" + suffix, divergence.corrected, divergence.interval.low, divergence.interval.high, n});
  rows.push_back({slice, "js_divergence_raw" + suffix, divergence.raw, kUnknown, kUnknown, n});
}

void add_slice(const Losses& losses, const CharacterizeOptions& options, const std::string& name,
               schema::Characteristics& found) {
  std::vector<Measurement>& rows = found.measurements;
  rows.push_back(mean_loss(losses.slice, "mean_loss_members", losses.members, name));
  rows.push_back(mean_loss(losses.slice, "mean_loss_non_members", losses.non_members, name));
  const Losses equal = equal_numbers(losses, name);
  const BinnedLosses binned = bin(equal, options.bins);
  add_histogram(binned, options.bins, found);
  add_divergence(losses.slice, binned, options.bins, "", options, name, rows);
  for (const std::int64_t bins : kOtherBins) {
    if (bins == options.bins) continue;
    add_divergence(losses.slice, bin(equal, bins), bins, fmt::format("_{}_bins", bins), options, name, rows);
  }
}

}  // namespace

schema::Characteristics loss_distributions(const schema::Observations& observations, const CharacterizeOptions& options,
                                           const std::string& name) {
  schema::Characteristics found;
  found.exits = observations.exits;
  found.bins = options.bins;
  for (std::int64_t exit = -1; exit < observations.exits; ++exit) {
    add_slice(losses_of(observations, exit), options, name, found);
  }
  return found;
}

}  // namespace exitaudit::characterize
