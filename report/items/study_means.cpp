// StudyView's means over numbers of exits.

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/items/study_view.h"

namespace exitaudit::report {
namespace {

/// Whose result a model's figure is: of which noun.
std::string noun_of(const Subject& subject, const std::string& metric) {
  if (!subject.attack.empty()) return "verdicts";
  if (!subject.exit_source.empty()) return metric == "exit_accuracy" ? "stolen_exits" : "latencies";
  if (metric.starts_with("js_divergence") || metric.starts_with("mean_loss")) return "characteristics";
  return "thresholds";
}

/// A mean of models, each of which is known within an interval: square-and-add.
statistics::Interval measured_mean(double mean, const std::vector<Value>& models) {
  double below = 0;
  double above = 0;
  for (const Value& model : models) {
    below += (model.y - model.low) * (model.y - model.low);
    above += (model.high - model.y) * (model.high - model.y);
  }
  const auto count = static_cast<double>(models.size());
  return {mean - std::sqrt(below) / count, mean + std::sqrt(above) / count};
}

}  // namespace

std::int64_t StudyView::asked_for(const Subject& subject, const std::string& metric) const {
  const std::string noun = noun_of(subject, metric);
  return std::ranges::count_if(results_.expected, [&](const ExpectedResult& e) {
    return e.noun == noun && e.exits > 1 && e.dataset == subject.dataset && e.network == subject.network &&
           e.attack == subject.attack && e.exit_source == subject.exit_source && e.shadow == subject.shadow &&
           (e.role.empty() || e.role == "target");
  });
}

std::int64_t StudyView::count_models(const FiguresBySubject& figures, Subject subject,
                                     const std::string& metric) const {
  std::int64_t count = 0;
  for (const std::int64_t seed : seeds_) {
    subject.seed = seed;
    const auto found = figures.find(subject);
    if (seed == kMeanOverSeeds || found == figures.end()) continue;
    const auto m = found->second.whole.find(metric);
    count += m != found->second.whole.end() && std::isfinite(m->second.value) ? 1 : 0;
  }
  return count;
}

Value StudyView::over_exits(const FiguresBySubject& figures, Subject subject, const std::string& metric) const {
  std::vector<Value> models;
  std::int64_t there = 0;
  for (const std::int64_t exits : exits_) {
    subject.exits = exits;
    const Value model = one(figures, subject, {metric});
    if (model.known()) models.push_back(model);
    there += count_models(figures, subject, metric);
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
