#include "stages/tabulate/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "stages/statistics/intervals.h"
#include "stages/statistics/mean.h"
#include "stages/statistics/roc.h"

namespace exitaudit::tabulate {
namespace {

using schema::Curve;

constexpr std::size_t kDensityPoints = 400;
constexpr std::size_t kTimeBins = 60;
constexpr double kTimeQuantile = .995;

Curve curve(std::string slice, std::string name) {
  Curve made;
  made.slice = std::move(slice);
  made.name = std::move(name);
  return made;
}

std::string exit_slice(std::size_t exit) {
  return fmt::format("exit={}", exit);
}

void add_point(Curve& to, double x, double y) {
  to.x.push_back(x);
  to.y.push_back(y);
}

/// One column of an array [evaluations, exits].
Curve by_epoch(const std::string& name, const std::vector<std::int64_t>& epochs, const std::vector<double>& values,
               std::size_t exit, std::size_t exits) {
  Curve made = curve(exit_slice(exit), name);
  for (std::size_t i = 0; i < epochs.size() && i * exits + exit < values.size(); ++i) {
    add_point(made, static_cast<double>(epochs[i]), values[i * exits + exit]);
  }
  return made;
}

/// Row `row` of arrays [1 + exits, bins]; the outline ends at 0.
Curve histogram(const std::string& slice, const std::string& name, std::size_t row, std::size_t bins,
                const std::vector<double>& edges, const std::vector<double>& density) {
  Curve made = curve(slice, name);
  for (std::size_t bin = 0; bin < bins; ++bin)
    add_point(made, edges[row * (bins + 1) + bin], density[row * bins + bin]);
  add_point(made, edges[row * (bins + 1) + bins], 0);
  return made;
}

std::vector<double> median_times(const schema::Latencies& latencies) {
  const auto repeats = static_cast<std::ptrdiff_t>(latencies.repeats);
  std::vector<double> times;
  for (auto row = latencies.latency_ms.begin(); row != latencies.latency_ms.end(); row += repeats) {
    times.push_back(statistics::median({row, row + repeats}));
  }
  return times;
}

/// Places of false positives that a curve keeps: all up to 10, then ever wider apart.
bool keeps(std::int64_t false_positives, std::int64_t last) {
  return false_positives <= 10 || static_cast<double>(false_positives) >= static_cast<double>(last) * 13 / 12;
}

}  // namespace

std::vector<Curve> curves(const schema::Thresholds& thresholds) {
  Curve accuracy = curve("all", "accuracy_by_tau");
  Curve official = curve("all", "ops_official_by_tau");
  Curve corrected = curve("all", "ops_corrected_by_tau");
  std::vector<Curve> shares;
  for (std::size_t exit = 0; exit < thresholds.exit_ops_official.size(); ++exit) {
    shares.push_back(curve(exit_slice(exit), "exit_share_by_tau"));
  }
  for (const schema::ThresholdPoint& point : thresholds.grid) {
    add_point(accuracy, point.tau, point.accuracy);
    add_point(official, point.tau, point.ops_official);
    add_point(corrected, point.tau, point.ops_corrected);
    double samples = 0;
    for (const std::int64_t count : point.exit_counts) samples += static_cast<double>(count);
    for (std::size_t exit = 0; exit < shares.size() && samples > 0; ++exit) {
      add_point(shares[exit], point.tau, static_cast<double>(point.exit_counts[exit]) / samples);
    }
  }
  std::vector<Curve> found{std::move(accuracy), std::move(official), std::move(corrected)};
  std::move(shares.begin(), shares.end(), std::back_inserter(found));
  return found;
}

std::vector<Curve> curves(const schema::Weights& weights) {
  const schema::TrainingHistory& history = weights.history;
  Curve loss = curve("all", "train_loss_by_epoch");
  for (std::size_t i = 0; i < history.epoch.size(); ++i) {
    add_point(loss, static_cast<double>(history.epoch[i]), history.loss[i]);
  }
  std::vector<Curve> found{std::move(loss)};
  const auto exits = static_cast<std::size_t>(weights.exits);
  for (std::size_t exit = 0; exit < exits; ++exit) {
    found.push_back(by_epoch("train_top1_by_epoch", history.evaluated, history.train_top1, exit, exits));
    found.push_back(by_epoch("test_top1_by_epoch", history.evaluated, history.test_top1, exit, exits));
  }
  std::erase_if(found, [](const Curve& made) { return made.x.empty(); });
  return found;
}

std::vector<Curve> curves(const schema::Characteristics& c) {
  std::vector<Curve> found;
  const auto bins = static_cast<std::size_t>(c.bins);
  for (std::size_t row = 0; row < c.samples.size(); ++row) {
    if (c.samples[row] == 0) continue;
    const std::string slice = row == 0 ? "all" : exit_slice(row - 1);
    found.push_back(histogram(slice, "loss_density_members", row, bins, c.edges, c.member_density));
    found.push_back(histogram(slice, "loss_density_non_members", row, bins, c.edges, c.non_member_density));
  }
  return found;
}

std::vector<Curve> curves(const schema::StolenExits& stolen) {
  if (stolen.grid.empty()) return {};
  Curve density = curve("all", "latency_density");
  const std::size_t step = (stolen.grid.size() + kDensityPoints - 1) / kDensityPoints;
  for (std::size_t i = 0; i < stolen.grid.size(); i += step) add_point(density, stolen.grid[i], stolen.density[i]);
  Curve valleys = curve("all", "latency_valleys");
  for (const double valley : stolen.valleys) add_point(valleys, valley, 0);
  return {density, valleys};
}

std::vector<Curve> curves(const schema::Latencies& latencies) {
  const std::vector<double> times = median_times(latencies);
  if (times.empty()) return {};
  std::vector<double> sorted = times;
  std::sort(sorted.begin(), sorted.end());
  const double first = sorted.front();
  const double last = sorted[static_cast<std::size_t>(kTimeQuantile * static_cast<double>(sorted.size() - 1))];
  if (!(last > first)) return {};
  const double width = (last - first) / static_cast<double>(kTimeBins);
  const double share = 1 / (static_cast<double>(times.size()) * width);
  std::vector<std::vector<double>> density(static_cast<std::size_t>(latencies.exits),
                                           std::vector<double>(kTimeBins, 0));
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] > last) continue;
    const auto bin = static_cast<std::size_t>((times[i] - first) / width);
    density[static_cast<std::size_t>(latencies.exit_taken[i])][std::min(bin, kTimeBins - 1)] += share;
  }
  std::vector<Curve> found;
  for (std::size_t exit = 0; exit < density.size(); ++exit) {
    Curve made = curve(exit_slice(exit), "latency_histogram");
    for (std::size_t bin = 0; bin < kTimeBins; ++bin) {
      add_point(made, first + static_cast<double>(bin) * width, density[exit][bin]);
    }
    add_point(made, last, 0);
    found.push_back(std::move(made));
  }
  return found;
}

std::vector<Curve> curves(const schema::Verdicts& verdicts) {
  const statistics::Roc roc = statistics::make_roc(verdicts.score, verdicts.member);
  if (roc.members == 0 || roc.non_members == 0) return {};
  Curve made = curve("all", "roc");
  std::int64_t kept = -1;
  for (std::size_t i = 0; i < roc.steps.size(); ++i) {
    const statistics::RocStep& step = roc.steps[i];
    const bool corner = i + 1 == roc.steps.size() || roc.steps[i + 1].false_positives > step.false_positives;
    const bool end = i + 1 == roc.steps.size();
    if (!corner || !(end || keeps(step.false_positives, kept))) continue;
    kept = step.false_positives;
    const statistics::Interval interval = statistics::clopper_pearson(step.true_positives, roc.members);
    add_point(made, static_cast<double>(step.false_positives) / static_cast<double>(roc.non_members),
              static_cast<double>(step.true_positives) / static_cast<double>(roc.members));
    made.low.push_back(interval.low);
    made.high.push_back(interval.high);
  }
  return {made};
}

}  // namespace exitaudit::tabulate
