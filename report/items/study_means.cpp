// StudyView's means over numbers of exits.

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string_view>

#include "report/items/study_view.h"
#include "stages/statistics/mean.h"

namespace exitaudit::report {
namespace {

/// Whose result a model's figure is: of which noun.
std::string noun_of(const Subject& subject, const std::string& metric) {
  if (!subject.attack.empty()) return "verdicts";
  if (!subject.exit_source.empty()) return metric == "exit_accuracy" ? "stolen_exits" : "latencies";
  if (metric.starts_with("js_divergence") || metric.starts_with("mean_loss")) return "characteristics";
  return "thresholds";
}

/// What a number of this name can be at all: Student's interval over few seeds reaches far. A divergence less its bias
/// may be below zero.
statistics::Interval possible_range(const std::string& metric) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  const auto named = [&](std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return metric.find(part) != std::string::npos; });
  };
  if (named({"accuracy", "success", "auc", "tpr_at", "share", "top1", "calibration_error", "overthinking"}))
    return {0, 1};
  if (metric == "overfitting") return {-1, 1};
  if (named({"ops_", "_loss_", "mean_ms", "smallest_sigma_ms"})) return {0, kEndless};
  return {-kEndless, kEndless};
}

/// A mean of what is known within intervals each, as if all erred to the same side: models share samples and starts.
statistics::Interval measured_mean(double mean, const std::vector<Value>& models) {
  double below = 0;
  double above = 0;
  for (const Value& model : models) {
    below += model.y - model.measured.low;
    above += model.measured.high - model.y;
  }
  const auto count = static_cast<double>(models.size());
  return {mean - below / count, mean + above / count};
}

}  // namespace

/// The table's mean, within the wider of what measuring each seed leaves open and of Student's interval over seeds, as
/// far as there can be such numbers; where there is but one number, that one.
Value StudyView::over_seeds(const FiguresBySubject& figures, Subject subject, const std::string& metric) const {
  Value mean;
  std::vector<Value> seeds;
  std::vector<double> numbers;
  for (const std::int64_t seed : seeds_) {
    subject.seed = seed;
    const auto found = figures.find(subject);
    if (found == figures.end() || !found->second.whole.contains(metric)) continue;
    const Value value = value_of(found->second.whole.at(metric), subject.exits);
    if (seed == kMeanOverSeeds) {
      mean = value;
    } else if (value.known()) {
      seeds.push_back(value);
      numbers.push_back(value.y);
    } else if (seeds.empty() && !mean.known()) {
      mean = value;  // n/a, and for how many samples
    }
  }
  if (seeds.size() == 1) mean = seeds.front();
  if (seeds.size() > 1 && mean.known()) {
    const statistics::Interval own = measured_mean(mean.y, seeds);
    const statistics::Interval between = statistics::t_interval(numbers);
    const statistics::Interval possible = possible_range(metric);
    mean.measured = {std::fmax(possible.low, std::fmin(own.low, between.low)),
                     std::fmin(possible.high, std::fmax(own.high, between.high))};
    mean.low = mean.measured.low;
    mean.high = mean.measured.high;
  }
  mean.there = std::max<std::int64_t>(1, static_cast<std::int64_t>(seeds.size()));
  mean.of = std::max(mean.there, asked_for(subject, metric));
  return mean;
}

std::int64_t StudyView::asked_for(const Subject& subject, const std::string& metric) const {
  Subject any_seed = subject;
  any_seed.seed = 0;
  const auto found = asked_.find({noun_of(subject, metric), any_seed});
  return found == asked_.end() ? 0 : found->second;
}

Value StudyView::over_exits(const FiguresBySubject& figures, Subject subject, const std::string& metric) const {
  std::vector<Value> models;
  std::int64_t there = 0;
  for (const std::int64_t exits : exits_) {
    subject.exits = exits;
    const Value model = one(figures, subject, {metric});
    if (!model.known()) continue;
    models.push_back(model);
    there += model.there;
  }
  subject.exits = 0;
  Value mean = one(figures, subject, {metric});
  if (mean.known()) {
    mean.deviation = deviation(figures, subject, metric);
    mean.measured = measured_mean(mean.y, models);
    for (const Value& model : models) mean.over.push_back(model.exits);
  } else if (models.size() == 1) {
    mean = models.front();
    mean.over = {mean.exits};
  }
  mean.there = there;
  mean.of = std::max(there, asked_for(subject, metric));
  return mean;
}

double StudyView::deviation(const FiguresBySubject& figures, Subject subject, const std::string& metric) const {
  for (const std::int64_t seed : seeds_) {
    subject.seed = seed;
    const auto found = figures.find(subject);
    if (found == figures.end()) continue;
    const auto m = found->second.deviation.find(metric);
    if (m != found->second.deviation.end()) return m->second.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace exitaudit::report
