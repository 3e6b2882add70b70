#include "stages/steal_exits/paper_recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "pipeline/base/error.h"

namespace exitaudit::steal_exits {
namespace {

constexpr int kPoints = 50;
constexpr double kBeyond = 0.5;  // ms

/// log of the mean of normals around the times. The largest term is taken out, so that far from all times there is a
/// number and not log 0: an empty stretch then has its lowest point where the paper's code finds it.
double log_density(std::span<const double> times, double x, double bandwidth) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const double time : times) nearest = std::min(nearest, std::abs(x - time) / bandwidth);
  double sum = 0;
  for (const double time : times) {
    const double z = (x - time) / bandwidth;
    sum += std::exp((nearest * nearest - z * z) / 2);
  }
  const double scale = static_cast<double>(times.size()) * bandwidth * std::sqrt(2 * std::numbers::pi);
  return std::log(sum / scale) - nearest * nearest / 2;
}

}  // namespace

ExitBorders draw_paper_borders(std::span<const double> times_ms, std::int64_t exits, double bandwidth_ms) {
  require(!times_ms.empty() && exits >= 1, "borders are drawn on times of a model with exits");
  ExitBorders borders;
  const double end = *std::max_element(times_ms.begin(), times_ms.end()) + kBeyond;
  std::vector<double> logs;
  for (int i = 0; i < kPoints; ++i) {
    borders.grid.push_back(end * i / (kPoints - 1));
    logs.push_back(log_density(times_ms, borders.grid.back(), bandwidth_ms));
    borders.density.push_back(std::exp(logs.back()));
  }
  std::vector<double> minima;
  for (std::size_t i = 1; i + 1 < logs.size(); ++i) {
    if (logs[i - 1] > logs[i] && logs[i + 1] > logs[i]) minima.push_back(borders.grid[i]);
  }
  borders.estimated_exits = static_cast<std::int64_t>(minima.size()) + 1;
  minima.resize(std::min(minima.size(), static_cast<std::size_t>(exits - 1)));
  borders.valleys = std::move(minima);
  borders.exits.resize(borders.valleys.size() + 1);
  std::iota(borders.exits.begin(), borders.exits.end(), 0);
  borders.method = fmt::format("the paper's recipe, bandwidth {:.4g} ms on {} points: {} clusters of {} exits",
                               bandwidth_ms, kPoints, borders.estimated_exits, exits);
  return borders;
}

}  // namespace exitaudit::steal_exits
