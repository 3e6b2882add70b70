#include "stages/steal_exits/exit_thief.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "pipeline/base/error.h"
#include "stages/statistics/mean.h"
#include "stages/steal_exits/cluster_numbers.h"

namespace exitaudit::steal_exits {
namespace {

using statistics::Density;
using statistics::Valley;

constexpr double kSure = 6;         // standard errors of sqrt(density): an empty valley before some seven samples
constexpr double kShallow = 0.8;    // of the peak; more is a cluster with two heads
constexpr double kSmallest = 1e-9;  // of the time, where all times are equal

struct ChosenBandwidth {
  double ms = 0;
  std::string how;
};

std::vector<Valley> valleys_that_count(const Density& density) {
  std::vector<Valley> valleys = statistics::find_valleys(density);
  std::erase_if(valleys, [](const Valley& v) { return v.prominence < kSure || v.ratio > kShallow; });
  return valleys;
}

/// The `count` most prominent, by rising place.
std::vector<Valley> most_prominent(std::vector<Valley> valleys, std::size_t count) {
  if (valleys.size() <= count) return valleys;
  std::stable_sort(valleys.begin(), valleys.end(),
                   [](const Valley& a, const Valley& b) { return a.prominence > b.prominence; });
  valleys.resize(count);
  std::sort(valleys.begin(), valleys.end(), [](const Valley& a, const Valley& b) { return a.place < b.place; });
  return valleys;
}

std::size_t cluster_of(std::span<const double> valleys, double time) {
  return static_cast<std::size_t>(std::upper_bound(valleys.begin(), valleys.end(), time) - valleys.begin());
}

std::vector<double> cluster_centers(std::span<const double> times, std::span<const double> valleys) {
  std::vector<std::vector<double>> members(valleys.size() + 1);
  for (const double time : times) members[cluster_of(valleys, time)].push_back(time);
  std::vector<double> centers;
  for (std::vector<double>& cluster : members) centers.push_back(statistics::median(std::move(cluster)));
  return centers;
}

/// Fills `exits`; how it numbered them, for people.
std::string number_clusters(ExitBorders& borders, std::span<const double> times, std::int64_t exits,
                            const std::optional<OwnModel>& own) {
  const std::size_t clusters = borders.valleys.size() + 1;
  borders.exits.resize(clusters);
  std::iota(borders.exits.begin(), borders.exits.end(), 0);
  if (borders.estimated_exits > exits) return fmt::format("; the {} most prominent kept", borders.valleys.size());
  if (borders.estimated_exits == exits) return "";
  if (own) {
    const auto found = nearest_exits(cluster_centers(times, borders.valleys), exit_centers(*own));
    if (!found.empty()) {
      borders.exits = found;
      return fmt::format("; taken for exits {} after the own model's times", fmt::join(found, ", "));
    }
  }
  return "; numbered from 0 on";
}

ExitBorders borders_with(std::span<const double> times, std::int64_t exits, const std::optional<OwnModel>& own,
                         const ChosenBandwidth& bandwidth) {
  const Density density = statistics::estimate_density(times, bandwidth.ms);
  const std::vector<Valley> found = valleys_that_count(density);
  ExitBorders borders;
  borders.estimated_exits = static_cast<std::int64_t>(found.size()) + 1;
  for (const Valley& valley : most_prominent(found, static_cast<std::size_t>(exits - 1))) {
    borders.valleys.push_back(valley.place);
  }
  for (std::size_t i = 0; i < density.value.size(); ++i) {
    borders.grid.push_back(density.place(static_cast<double>(i)));
  }
  borders.density = density.value;
  borders.method = fmt::format("valleys of a density, bandwidth {:.4g} ms ({}): {} clusters of {} exits", bandwidth.ms,
                               bandwidth.how, borders.estimated_exits, exits);
  borders.method += number_clusters(borders, times, exits, own);
  return borders;
}

double at_least_something(double bandwidth, std::span<const double> times) {
  return std::max(bandwidth, kSmallest * *std::max_element(times.begin(), times.end()));
}

double isj(std::span<const double> times) {
  return at_least_something(statistics::isj_bandwidth(times), times);
}

double accuracy_on_own(const OwnModel& own, double bandwidth) {
  const std::vector<std::int32_t> told =
      tell_exits(borders_with(own.time_ms, own.exits, own, {bandwidth, ""}), own.time_ms);
  const auto right =
      std::inner_product(told.begin(), told.end(), own.exit.begin(), std::int64_t{0}, std::plus<>(), std::equal_to<>());
  return static_cast<double>(right) / static_cast<double>(told.size());
}

/// The multiple of improved Sheather-Jones's bandwidth that tells the adversary's own exits best. A multiple, so that
/// what is learned on another architecture, or in other milliseconds, carries over; among equals the nearest to 1.
double best_multiple(const OwnModel& own) {
  constexpr std::array kMultiples{1.0, 0.71, 1.41, 0.5, 2.0, 0.35, 2.83, 0.25, 4.0};
  const double base = isj(own.time_ms);
  double best = kMultiples.front();
  double best_accuracy = -1;
  for (const double multiple : kMultiples) {
    const double accuracy = accuracy_on_own(own, multiple * base);
    if (accuracy <= best_accuracy) continue;
    best = multiple;
    best_accuracy = accuracy;
  }
  return best;
}

ChosenBandwidth choose_bandwidth(std::span<const double> times, const std::optional<OwnModel>& own,
                                 const StealExitsOptions& options) {
  switch (options.bandwidth) {
    case Bandwidth::kIsj:
      return {isj(times), "isj"};
    case Bandwidth::kSilverman:
      return {at_least_something(statistics::silverman_bandwidth(times), times), "silverman"};
    case Bandwidth::kFixed:
      return {options.bandwidth_ms, "fixed"};
    case Bandwidth::kShadow:
      break;
  }
  if (!own || own->time_ms.empty()) {
    throw Error(ErrorKind::kFailure,
                "the bandwidth `shadow` is chosen on the adversary's own model, of which no latencies are given; use "
                "steal_exits.bandwidth: isj");
  }
  const double multiple = best_multiple(*own);
  return {multiple * isj(times), fmt::format("shadow, {} times isj", multiple)};
}

}  // namespace

ExitBorders draw_borders(std::span<const double> times_ms, std::int64_t exits, const std::optional<OwnModel>& own,
                         const StealExitsOptions& options) {
  require(!times_ms.empty() && exits >= 1, "borders are drawn on times of a model with exits");
  return borders_with(times_ms, exits, own, choose_bandwidth(times_ms, own, options));
}

std::vector<std::int32_t> tell_exits(const ExitBorders& borders, std::span<const double> times_ms) {
  std::vector<std::int32_t> found;
  found.reserve(times_ms.size());
  for (const double time : times_ms) found.push_back(borders.exits[cluster_of(borders.valleys, time)]);
  return found;
}

}  // namespace exitaudit::steal_exits
