#include "report/pages/model_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace exitaudit::report {
namespace {

template <class Row>
bool is_of(const Row& row, const Subject& subject) {
  return row.dataset == subject.dataset && row.network == subject.network && row.exits == subject.exits &&
         row.seed == subject.seed;
}

bool is_of_target(const std::string& role) {
  return role.empty() || role == "target";
}

}  // namespace

ModelData model_data(const StudyResults& results, const Subject& subject) {
  ModelData model{.subject = subject};
  model.results.study = results.study;
  model.results.settings = results.settings;
  for (const schema::TableRow& row : results.rows) {
    if (is_of(row, subject) && is_of_target(row.role)) model.results.rows.push_back(row);
  }
  for (const schema::Curve& curve : results.curves) {
    if (is_of(curve, subject) && is_of_target(curve.role)) model.results.curves.push_back(curve);
  }
  for (const ExpectedResult& expected : results.expected) {
    if (!is_of(expected, subject) || !is_of_target(expected.role)) continue;
    model.results.expected.push_back(expected);
    if (expected.state != ResultState::kThere) model.holes.push_back(expected);
  }
  const FiguresBySubject figures = gather_models(model.results.rows);
  if (!figures.empty()) model.figures = figures.begin()->second;
  return model;
}

std::string absence(const ModelData& model, const std::string& noun, const std::string& otherwise) {
  const auto hole = std::ranges::find(model.holes, noun, &ExpectedResult::noun);
  if (hole == model.holes.end()) return otherwise;
  return fmt::format("Not there: `{}` is {}{}.", hole->job, to_string(hole->state),
                     hole->why.empty() ? "" : " (" + hole->why + ")");
}

TextTable without_subject(TextTable table) {
  static const std::set<std::string> subject{"dataset", "network", "exits", "seed"};
  for (std::size_t i = table.columns.size(); i-- > 0;) {
    if (!subject.contains(table.columns[i].title)) continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(i));
    for (auto& row : table.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
  }
  table.grouped = 0;
  return table;
}

std::vector<const schema::Curve*> curves_named(const ModelData& model, const std::string& name) {
  std::vector<const schema::Curve*> found;
  for (const schema::Curve& curve : model.results.curves) {
    if (curve.name == name && curve.attack.empty()) found.push_back(&curve);
  }
  // "exit=10" behind "exit=9".
  std::ranges::stable_sort(found, [](const schema::Curve* a, const schema::Curve* b) {
    return std::pair(a->slice.size(), a->slice) < std::pair(b->slice.size(), b->slice);
  });
  return found;
}

const schema::Curve* find_curve(const ModelData& model, const std::string& name, const std::string& slice) {
  for (const schema::Curve* curve : curves_named(model, name)) {
    if (curve->slice == slice) return curve;
  }
  return nullptr;
}

ChartSeries series_of(const schema::Curve& curve, const std::string& name, SeriesStyle style, double factor) {
  ChartSeries series{.name = name, .style = style, .x = curve.x, .y = curve.y, .low = curve.low, .high = curve.high};
  for (auto* values : {&series.y, &series.low, &series.high}) {
    for (double& value : *values) value *= factor;
  }
  return series;
}

std::string slice_name(const std::string& slice) {
  return slice.starts_with("exit=") ? "exit " + slice.substr(5) : slice;
}

double upper_edge(const std::vector<const schema::Curve*>& histograms, double share) {
  double edge = std::nan("");
  for (const schema::Curve* histogram : histograms) {
    std::vector<double> mass;
    double all = 0;
    for (std::size_t i = 0; i + 1 < histogram->x.size(); ++i) {
      const double part = histogram->y[i] * (histogram->x[i + 1] - histogram->x[i]);
      all += std::isfinite(part) ? part : 0;
      mass.push_back(all);
    }
    if (all <= 0) continue;
    const auto reached = std::ranges::find_if(mass, [&](double sum) { return sum >= share * all; });
    edge = std::fmax(edge, histogram->x[static_cast<std::size_t>(reached - mass.begin()) + 1]);
  }
  return edge;
}

}  // namespace exitaudit::report
