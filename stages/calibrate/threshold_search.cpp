#include "stages/calibrate/threshold_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "pipeline/base/error.h"
#include "stages/networks/early_exit.h"

namespace exitaudit::calibrate {
namespace {

constexpr double kRounding = 1e-9;  // accuracies are shares of a count: nothing smaller is a difference

double mean_operations(const std::vector<std::int64_t>& exit_counts, const std::vector<double>& operations,
                       double samples) {
  double sum = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) sum += static_cast<double>(exit_counts[i]) * operations[i];
  return sum / samples;
}

double sample_count(const ExitAnswers& answers) {
  return static_cast<double>(std::max<std::int64_t>(answers.count(), 1));
}

/// Whether `a` is to be preferred to `b`, both being feasible.
bool cheaper(const schema::ThresholdPoint& a, const schema::ThresholdPoint& b) {
  return a.ops_corrected != b.ops_corrected ? a.ops_corrected < b.ops_corrected : a.tau > b.tau;
}

/// Whether `a` is to be preferred to `b` where nothing is feasible.
bool more_accurate(const schema::ThresholdPoint& a, const schema::ThresholdPoint& b) {
  return a.accuracy != b.accuracy ? a.accuracy > b.accuracy : cheaper(a, b);
}

bool keeps_accuracy(const schema::ThresholdPoint& point, double vanilla_accuracy, double tolerance) {
  return point.accuracy >= vanilla_accuracy - tolerance - kRounding;
}

/// Of the shares in which the exits are used, nats.
double entropy(const std::vector<std::int64_t>& counts) {
  const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  double sum = 0;
  for (const std::int64_t count : counts) {
    const double share = static_cast<double>(count) / all;
    if (count > 0) sum -= share * std::log(share);
  }
  return sum;
}

/// Whether the exits of `a` are used more evenly than those of `b`.
bool more_even(const schema::ThresholdPoint& a, const schema::ThresholdPoint& b) {
  const double of_a = entropy(a.exit_counts);
  const double of_b = entropy(b.exit_counts);
  return of_a != of_b ? of_a > of_b : a.tau > b.tau;
}

}  // namespace

schema::ThresholdPoint point_at(double tau, const ExitAnswers& answers, const ExitOperations& operations) {
  const auto exits = static_cast<std::size_t>(answers.exits);
  schema::ThresholdPoint point{.tau = tau, .exit_counts = std::vector<std::int64_t>(exits, 0)};
  std::int64_t correct = 0;
  for (std::size_t row = 0; row < answers.confidence.size(); row += exits) {
    const std::span<const float> confidence(answers.confidence.data() + row, exits);
    const auto exit = static_cast<std::size_t>(networks::exit_taken(confidence, tau));
    ++point.exit_counts[exit];
    correct += answers.correct[row + exit];
  }
  const double samples = sample_count(answers);
  point.accuracy = static_cast<double>(correct) / samples;
  point.ops_official = mean_operations(point.exit_counts, operations.official, samples);
  point.ops_corrected = mean_operations(point.exit_counts, operations.corrected, samples);
  return point;
}

std::vector<double> accuracy_per_exit(const ExitAnswers& answers) {
  const auto exits = static_cast<std::size_t>(answers.exits);
  std::vector<double> accuracy(exits, 0);
  for (std::size_t i = 0; i < answers.correct.size(); ++i) accuracy[i % exits] += answers.correct[i];
  for (double& value : accuracy) value /= sample_count(answers);
  return accuracy;
}

Choice choose(const std::vector<schema::ThresholdPoint>& grid, double vanilla_accuracy, double tolerance) {
  std::vector<const schema::ThresholdPoint*> candidates;
  for (const schema::ThresholdPoint& point : grid) {
    if (keeps_accuracy(point, vanilla_accuracy, tolerance)) candidates.push_back(&point);
  }
  const bool feasible = !candidates.empty();
  if (!feasible) {
    for (const schema::ThresholdPoint& point : grid) candidates.push_back(&point);
  }
  const auto better = feasible ? cheaper : more_accurate;
  const auto* best = *std::min_element(candidates.begin(), candidates.end(),
                                       [&](const auto* a, const auto* b) { return better(*a, *b); });
  return {.place = best - grid.data(), .feasible = feasible};
}

Choice choose_even(const std::vector<schema::ThresholdPoint>& grid, double vanilla_accuracy, double tolerance) {
  const auto best = std::ranges::min_element(grid, more_even);
  return {.place = best - grid.begin(), .feasible = keeps_accuracy(*best, vanilla_accuracy, tolerance)};
}

schema::Thresholds search_thresholds(const ExitAnswers& calibration, const ExitOperations& operations,
                                     const VanillaFigures& vanilla, const CalibrateOptions& options) {
  if (options.tau_grid.empty()) throw BadInput("calibrate.tau_grid is empty; name at least one threshold");
  if (calibration.count() == 0) {
    throw BadInput("the partition holds no calibration samples; raise split.calibration_share or the sample count");
  }
  schema::Thresholds found;
  for (const double tau : options.tau_grid) found.grid.push_back(point_at(tau, calibration, operations));
  const auto rule = options.rule == ThresholdRule::kEven ? choose_even : choose;
  const Choice choice = rule(found.grid, vanilla.accuracy, options.tolerance);
  found.chosen = choice.place;
  found.feasible = choice.feasible;
  const schema::ThresholdPoint& chosen = found.grid[static_cast<std::size_t>(choice.place)];
  found.tau = chosen.tau;
  found.cheaper = calibration.exits == 1 || chosen.ops_corrected < vanilla.ops_corrected;
  found.vanilla_accuracy = vanilla.accuracy;
  found.vanilla_ops_official = vanilla.ops_official;
  found.vanilla_ops_corrected = vanilla.ops_corrected;
  found.exit_ops_official = operations.official;
  found.exit_ops_corrected = operations.corrected;
  return found;
}

}  // namespace exitaudit::calibrate
