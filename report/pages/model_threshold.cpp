// Section of a model's page about its threshold: what each tau yields and costs, and which was chosen.

#include <fmt/format.h>

#include <cmath>

#include "report/pages/model_data.h"

namespace exitaudit::report {
namespace {

using schema::Curve;

/// NaN where it is not there.
double figure(const ModelData& model, const std::string& metric) {
  const auto found = model.figures.whole.find(metric);
  return found == model.figures.whole.end() ? std::nan("") : found->second.value;
}

std::string rule_sentence(const ModelData& model) {
  // Settings are printed resolved, so the rule stands there, asked for or not.
  const bool even = model.results.settings.find("rule: even") != std::string::npos;
  const bool cheapest = model.results.settings.find("rule: cheapest") != std::string::npos;
  if (even) {
    return "The rule: of the thresholds that keep the accuracy of the network without early exits (within the study's "
           "tolerance) the one whose exits are used most evenly.";
  }
  const std::string start = cheapest ? "The rule: of" : "Unless the study's `calibrate.rule` says otherwise: of";
  return start +
         " the thresholds that keep the accuracy of the network without early exits (within the study's "
         "tolerance) the cheapest, of equal ones the largest.";
}

std::vector<std::string> sentences(const ModelData& model) {
  std::vector<std::string> found;
  const double tau = figure(model, "tau");
  if (std::isfinite(tau)) {
    found.push_back(
        fmt::format("The chosen threshold is tau = {:.2f}: the first exit at least that confident answers.", tau));
  }
  found.push_back(rule_sentence(model));
  if (figure(model, "feasible") == 0)
    found.emplace_back("No threshold keeps that accuracy; this one is the most accurate.");
  if (figure(model, "cheaper") == 0)
    found.emplace_back("The chosen threshold costs more than the network without early exits.");
  found.emplace_back("All of it on calibration samples, which neither training nor any attack sees.");
  return found;
}

Chart chart_against_tau(const ModelData& model, const char* id, const char* title, const char* y_label) {
  Chart chart{.id = model.id + id, .title = title, .x_label = "threshold tau", .y_label = y_label};
  const double tau = figure(model, "tau");
  if (std::isfinite(tau)) chart.marks.push_back({tau, fmt::format("chosen: {:.2f}", tau)});
  return chart;
}

/// A dashed level across the curve that it is compared with.
void add_vanilla(const ModelData& model, const std::string& metric, double factor, const Curve& curve, Chart& chart) {
  const double level = factor * figure(model, metric);
  if (!std::isfinite(level) || curve.x.empty()) return;
  chart.series.push_back({.name = "without early exits",
                          .style = SeriesStyle::kDashed,
                          .x = {curve.x.front(), curve.x.back()},
                          .y = {level, level}});
}

void add_charts(const ModelData& model, ModelSection& section) {
  if (const Curve* curve = find_curve(model, "accuracy_by_tau")) {
    Chart chart = chart_against_tau(model, "-threshold-accuracy", "Accuracy by threshold", "accuracy %");
    chart.caption = "Accuracy of the answers at each threshold, and of the network without early exits.";
    chart.series.push_back(series_of(*curve, "this model", SeriesStyle::kLinePoints, 100));
    add_vanilla(model, "vanilla_accuracy", 100, *curve, chart);
    section.charts.push_back(chart);
  }
  if (const Curve* curve = find_curve(model, "ops_corrected_by_tau")) {
    Chart chart = chart_against_tau(model, "-threshold-cost", "Operations by threshold", "10^9 operations a sample");
    chart.caption = "Mean operations of an answer at each threshold, corrected count.";
    chart.series.push_back(series_of(*curve, "this model", SeriesStyle::kLinePoints, 1e-9));
    add_vanilla(model, "vanilla_ops_corrected", 1e-9, *curve, chart);
    chart.y_min = 0;
    section.charts.push_back(chart);
  }
  Chart shares = chart_against_tau(model, "-threshold-exits", "Use of the exits by threshold", "samples %");
  shares.caption = "Share of the samples that leave at each exit, the shallowest first.";
  for (const Curve* curve : curves_named(model, "exit_share_by_tau")) {
    shares.series.push_back(series_of(*curve, slice_name(curve->slice), SeriesStyle::kLinePoints, 100));
  }
  shares.y_min = 0;
  if (has_points(shares)) section.charts.push_back(shares);
}

}  // namespace

ModelSection threshold_section(const ModelData& model) {
  ModelSection section{.title = "Threshold"};
  if (model.subject.exits == 1) {
    section.sentences.emplace_back("It has one exit, so there is no threshold to choose.");
    return section;
  }
  add_charts(model, section);
  const bool known = !section.charts.empty() || std::isfinite(figure(model, "tau"));
  if (known) {
    section.sentences = sentences(model);
  } else {
    section.sentences.emplace_back(model.subject.network == schema::kRecorded
                                       ? "A recording does not tell its model's threshold."
                                       : absence(model, "thresholds", "Not measured: no threshold was chosen."));
  }
  return section;
}

}  // namespace exitaudit::report
