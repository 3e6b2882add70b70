#include "stages/tabulate/rows.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "pipeline/base/error.h"
#include "stages/statistics/accuracy.h"

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;
using statistics::proportion;
using statistics::Score;
using statistics::score_of;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

Measurement plain(const std::string& slice, const std::string& metric, double value, std::int64_t n) {
  return {slice, metric, value, kUnknown, kUnknown, n};
}

std::int64_t samples(const schema::ThresholdPoint& point) {
  return std::accumulate(point.exit_counts.begin(), point.exit_counts.end(), std::int64_t{0});
}

/// An accuracy is a count over the samples it was measured on.
std::int64_t hits(double accuracy, std::int64_t n) {
  return std::llround(accuracy * static_cast<double>(n));
}

std::string exit_slice(std::size_t exit) {
  return fmt::format("exit={}", exit);
}

void add_accuracies(const Score& test, const Score& train, std::vector<Measurement>& rows) {
  rows.push_back(proportion("all", "test_accuracy", test.right, test.n));
  rows.push_back(proportion("all", "train_accuracy", train.right, train.n));
  rows.push_back(statistics::overfitting(train, test));
}

void add_costs(const schema::Thresholds& t, std::vector<Measurement>& rows) {
  const std::int64_t n = samples(t.on_test);
  rows.push_back(plain("all", "tau", t.tau, 1));
  rows.push_back(plain("all", "ops_official", t.on_test.ops_official, n));
  rows.push_back(plain("all", "ops_corrected", t.on_test.ops_corrected, n));
  const std::int64_t calibrated = t.grid.empty() ? 0 : samples(t.grid.front());
  rows.push_back(plain("all", "vanilla_accuracy", t.vanilla_accuracy, calibrated));
  rows.push_back(plain("all", "vanilla_ops_official", t.vanilla_ops_official, calibrated));
  rows.push_back(plain("all", "vanilla_ops_corrected", t.vanilla_ops_corrected, calibrated));
  rows.push_back(plain("all", "feasible", t.feasible ? 1 : 0, 1));
  rows.push_back(plain("all", "cheaper", t.cheaper ? 1 : 0, 1));
}

void add_accuracy_per_exit(const std::vector<double>& accuracies, const std::string& metric, std::int64_t n,
                           std::vector<Measurement>& rows) {
  for (std::size_t exit = 0; exit < accuracies.size(); ++exit) {
    rows.push_back(proportion(exit_slice(exit), metric, hits(accuracies[exit], n), n));
  }
}

void add_last_evaluation(const std::vector<double>& history, std::int64_t exits, const std::string& metric,
                         std::vector<Measurement>& rows) {
  const auto width = static_cast<std::size_t>(exits);
  if (history.size() < width) return;
  for (std::size_t exit = 0; exit < width; ++exit) {
    rows.push_back(plain(exit_slice(exit), metric, history[history.size() - width + exit], 0));
  }
}

}  // namespace

std::vector<Measurement> measure(const schema::Thresholds& thresholds) {
  std::vector<Measurement> rows;
  add_accuracies(score_of(thresholds.on_test), score_of(thresholds.on_train), rows);
  add_costs(thresholds, rows);
  const std::int64_t n = samples(thresholds.on_test);
  for (std::size_t exit = 0; exit < thresholds.on_test.exit_counts.size(); ++exit) {
    rows.push_back(proportion(exit_slice(exit), "exit_share", thresholds.on_test.exit_counts[exit], n));
  }
  for (std::size_t exit = 0; exit < thresholds.exit_ops_official.size(); ++exit) {
    rows.push_back(plain(exit_slice(exit), "ops_official", thresholds.exit_ops_official[exit], 0));
    rows.push_back(plain(exit_slice(exit), "ops_corrected", thresholds.exit_ops_corrected[exit], 0));
  }
  add_accuracy_per_exit(thresholds.test_accuracy_per_exit, "test_accuracy", n, rows);
  add_accuracy_per_exit(thresholds.train_accuracy_per_exit, "train_accuracy", samples(thresholds.on_train), rows);
  return rows;
}

std::vector<Measurement> measure(const schema::Weights& weights) {
  std::vector<Measurement> rows;
  add_last_evaluation(weights.history.train_top1, weights.exits, "final_train_top1", rows);
  add_last_evaluation(weights.history.test_top1, weights.exits, "final_test_top1", rows);
  return rows;
}

std::vector<Measurement> measure(const schema::Observations& observations) {
  const auto exits = static_cast<std::size_t>(observations.exits);
  std::vector<std::int64_t> non_members(exits, 0);
  std::vector<std::int64_t> all(exits, 0);
  for (std::size_t i = 0; i < observations.exit_taken.size(); ++i) {
    const auto exit = static_cast<std::size_t>(observations.exit_taken[i]);
    require(exit < exits, "a recorded exit is one of the model's");
    ++all[exit];
    non_members[exit] += observations.member[i] == 0 ? 1 : 0;
  }
  std::vector<Measurement> rows;
  if (observations.answers_only) add_accuracies(score_of(observations, false), score_of(observations, true), rows);
  for (std::size_t exit = 0; exit < exits; ++exit) {
    rows.push_back(proportion(exit_slice(exit), "non_member_share", non_members[exit], all[exit]));
  }
  return rows;
}

std::vector<Measurement> measure(const schema::Characteristics& characteristics) {
  std::vector<Measurement> rows = characteristics.measurements;
  std::erase_if(rows,
                [](const Measurement& row) { return row.metric == "overfitting" || row.metric == "non_member_share"; });
  return rows;
}

}  // namespace exitaudit::tabulate
