#include "stages/statistics/roc.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "pipeline/base/error.h"

namespace exitaudit::statistics {
namespace {

std::vector<std::size_t> order_by_falling_score(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

void check(std::span<const double> scores, std::span<const std::uint8_t> members) {
  require(scores.size() == members.size(), "every score has a membership");
  const auto bad = std::find_if(scores.begin(), scores.end(), [](double score) { return std::isnan(score); });
  if (bad == scores.end()) return;
  throw Error(ErrorKind::kFailure, fmt::format("membership score {} of {} is not a number; an attack must score every "
                                               "sample, so look at what it was trained on",
                                               bad - scores.begin(), scores.size()));
}

}  // namespace

Roc make_roc(std::span<const double> scores, std::span<const std::uint8_t> members) {
  check(scores, members);
  Roc roc;
  RocStep here{std::numeric_limits<double>::infinity(), 0, 0};
  for (const std::size_t i : order_by_falling_score(scores)) {
    if (roc.steps.empty() || scores[i] != here.threshold) roc.steps.push_back(here);
    here.threshold = scores[i];
    ++(members[i] != 0 ? here.true_positives : here.false_positives);
  }
  roc.steps.push_back(here);
  roc.members = here.true_positives;
  roc.non_members = here.false_positives;
  return roc;
}

double auc(const Roc& roc) {
  if (roc.members == 0 || roc.non_members == 0) return std::numeric_limits<double>::quiet_NaN();
  double twice_area = 0;
  for (std::size_t i = 1; i < roc.steps.size(); ++i) {
    const RocStep& from = roc.steps[i - 1];
    const RocStep& to = roc.steps[i];
    twice_area += static_cast<double>(to.false_positives - from.false_positives) *
                  static_cast<double>(to.true_positives + from.true_positives);
  }
  return twice_area / 2 / static_cast<double>(roc.members) / static_cast<double>(roc.non_members);
}

std::optional<RocStep> step_at_fpr(const Roc& roc, double fpr) {
  constexpr double kRounding = 1e-9;  // 1000 * 0.001 must count as 1
  const auto allowed = static_cast<std::int64_t>(fpr * static_cast<double>(roc.non_members) + kRounding);
  if (roc.members == 0 || allowed < 1) return std::nullopt;
  const auto past = std::find_if(roc.steps.begin(), roc.steps.end(),
                                 [&](const RocStep& step) { return step.false_positives > allowed; });
  return *std::prev(past);
}

}  // namespace exitaudit::statistics
