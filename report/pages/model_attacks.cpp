// Sections of a model's page about what an adversary has of it: answering times, and attacks.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/formats/plain_text.h"
#include "report/pages/model_data.h"
#include "report/tables/attack_table.h"
#include "report/tables/clock_tables.h"

namespace exitaudit::report {
namespace {

using schema::Curve;

constexpr std::size_t kMostCurves = 8;    ///< ROCs in one picture
constexpr std::size_t kMostBands = 3;     ///< of which so many show their interval
constexpr std::size_t kMostPoints = 250;  ///< of a ROC in a picture
constexpr std::size_t kMostClocks = 4;    ///< pictures of answering times

/// Noise and guards sweep a value: too many for pictures.
/// "copies=1" of the times, and of what was "stolen/copies=1" from them.
std::string clock_of(const std::string& exit_source) {
  const std::string thief = "stolen/";
  return exit_source.starts_with(thief) ? exit_source.substr(thief.size()) : exit_source;
}

std::vector<const Curve*> with_source(const ModelData& model, const std::string& name, const std::string& source) {
  std::vector<const Curve*> found = curves_named(model, name);
  std::erase_if(found, [&](const Curve* curve) { return clock_of(curve->exit_source) != source; });
  // Shadows that differ draw other borders: the target's own twin first.
  std::ranges::stable_partition(found,
                                [](const Curve* curve) { return curve->shadow.empty() || curve->shadow == "same"; });
  return found;
}

Chart clock_chart(const ModelData& model, const std::string& source) {
  Chart chart{.id = model.id + "-times-" + file_word(source),
              .title = "Answering times" + (source.empty() ? "" : ": " + source),
              .caption =
                  "Histogram by the exit that really answered; line: the density that a thief sees, who knows no "
                  "exits; dotted: its valleys, where the thief draws the borders. The slowest half per cent is left "
                  "out of the picture.",
              .x_label = "time of an answer, ms",
              .y_label = "share of answers per ms"};
  const std::vector<const Curve*> histograms = with_source(model, "latency_histogram", source);
  for (const Curve* curve : histograms) {
    chart.series.push_back(series_of(*curve, slice_name(curve->slice), SeriesStyle::kSteps));
  }
  const auto density = with_source(model, "latency_density", source);
  if (!density.empty()) chart.series.push_back(series_of(*density.front(), "density", SeriesStyle::kLine));
  const auto valleys = with_source(model, "latency_valleys", source);
  for (std::size_t i = 0; !valleys.empty() && i < valleys.front()->x.size(); ++i) {
    chart.marks.push_back({valleys.front()->x[i], valleys.front()->x.size() > 1 ? "valleys" : "valley"});
  }
  chart.x_max = upper_edge(histograms, 0.995);
  return chart;
}

/// At most `kMostPoints` of a ROC, spread over its logarithmic axis; where the true-positive rate steps, the step's
/// foot.
ChartSeries thinned(const ChartSeries& whole) {
  if (whole.x.size() <= kMostPoints) return whole;
  ChartSeries few{.name = whole.name, .style = whole.style};
  const auto first = std::ranges::find_if(whole.x, [](double x) { return x > 0; });
  if (first == whole.x.end()) return whole;
  const double step = std::log(whole.x.back() / *first) / static_cast<double>(kMostPoints - 2);
  double next = 0;
  for (std::size_t i = 0; i < whole.x.size(); ++i) {
    if (whole.x[i] < next && i + 1 < whole.x.size()) continue;
    few.x.push_back(whole.x[i]);
    few.y.push_back(whole.y[i]);
    if (!whole.low.empty()) few.low.push_back(whole.low[i]);
    if (!whole.high.empty()) few.high.push_back(whole.high[i]);
    next = std::max(whole.x[i], *first) * std::exp(step);
    if (whole.x[i] <= 0) next = *first;
  }
  return few;
}

struct Roc {
  const Curve* curve;
  double auc;
};

std::vector<Roc> rocs_of(const ModelData& model) {
  const FiguresBySubject attacks = gather_attacks(model.results.rows);
  std::vector<Roc> found;
  for (const Curve& curve : model.results.curves) {
    if (curve.name != "roc" || curve.slice != "all") continue;
    const Subject subject{curve.dataset, curve.network,     curve.exits, curve.seed,
                          curve.attack,  curve.exit_source, curve.shadow};
    const auto figures = attacks.find(subject);
    double auc = std::nan("");
    if (figures != attacks.end() && figures->second.whole.contains("auc")) auc = figures->second.whole.at("auc").value;
    found.push_back({&curve, auc});
  }
  std::ranges::stable_sort(found, [](const Roc& a, const Roc& b) {
    return (std::isnan(a.auc) ? -1 : a.auc) > (std::isnan(b.auc) ? -1 : b.auc);
  });
  return found;
}

std::string roc_name(const Roc& roc) {
  std::string name = attack_name(roc.curve->attack, roc.curve->exit_source);
  if (roc.curve->exit_source != "none" && !roc.curve->exit_source.empty()) name += " (" + roc.curve->exit_source + ")";
  if (!roc.curve->shadow.empty() && roc.curve->shadow != "same") name += ", shadow " + roc.curve->shadow;
  if (std::isfinite(roc.auc)) name += fmt::format(" {:.3f}", roc.auc);
  return name;
}

/// Down to the lowest rates that a curve shows: an interval may reach further.
double lowest_rate(const Chart& chart, std::vector<double> ChartSeries::*rates) {
  double lowest = 1;
  for (const ChartSeries& series : chart.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double rate = (series.*rates)[i];
      if (series.x[i] > 0 && series.y[i] > 0 && rate < lowest) lowest = rate;
    }
  }
  return std::pow(10.0, std::floor(std::log10(0.999 * lowest)));
}

Chart roc_chart(const ModelData& model, const std::vector<Roc>& rocs) {
  Chart chart{.id = model.id + "-roc",
              .title = "ROC of the attacks",
              .x_label = "false-positive rate",
              .y_label = "true-positive rate",
              .log_x = true,
              .log_y = true,
              .x_max = 1,
              .y_max = 1,
              .diagonal = true};
  for (const Roc& roc : rocs) {
    ChartSeries series = thinned(series_of(*roc.curve, roc_name(roc), SeriesStyle::kSteps));
    if (chart.series.size() >= kMostBands) series.low = series.high = {};
    chart.series.push_back(std::move(series));
  }
  chart.x_min = lowest_rate(chart, &ChartSeries::x);
  chart.y_min = lowest_rate(chart, &ChartSeries::y);
  chart.caption = fmt::format(
      "Positive = member; the numbers are AUCs. Both axes are logarithmic: what counts is the left. Bands: "
      "Clopper-Pearson's 95 % "
      "interval{}.",
      rocs.size() > kMostBands ? fmt::format(", of the {} largest AUC", kMostBands) : "");
  return chart;
}

}  // namespace

ModelSection clock_section(const ModelData& model) {
  ModelSection section{.title = "Answering times"};
  for (const TextTable& table : {stolen_exits_table(for_tables(model)), times_table(for_tables(model))}) {
    if (!table.rows.empty()) section.tables.push_back(without_subject(table));
  }
  std::set<std::string> sources;
  for (const char* name : {"latency_histogram", "latency_density"}) {
    for (const Curve* curve : curves_named(model, name)) sources.insert(clock_of(curve->exit_source));
  }
  const std::size_t all = sources.size();
  std::erase_if(sources, [](const std::string& source) { return is_sweep(source); });
  for (const std::string& source : sources) {
    if (section.charts.size() == kMostClocks) break;
    const Chart chart = clock_chart(model, source);
    if (has_points(chart)) section.charts.push_back(chart);
  }
  if (section.tables.empty() && section.charts.empty() && all == 0) {
    section.sentences.push_back(absence(model, "latencies", "Not measured: this study does not time this model."));
  } else if (section.charts.size() < all) {
    section.sentences.push_back(fmt::format(
        "{} of {} clocks are drawn; the sweeps of noise and guards are in the tables.", section.charts.size(), all));
  }
  return section;
}

ModelSection attacks_section(const ModelData& model) {
  ModelSection section{.title = "Attacks"};
  const TextTable attacks = without_subject(attack_table(for_tables(model)));
  if (attacks.rows.empty()) {
    section.sentences.push_back(absence(model, "verdicts", "Not measured: this study does not attack this model."));
    return section;
  }
  section.tables.push_back(attacks);
  std::vector<Roc> rocs = rocs_of(model);
  const std::size_t all = rocs.size();
  if (all > kMostCurves) {
    std::erase_if(rocs, [](const Roc& roc) { return is_sweep(roc.curve->exit_source); });
    rocs.resize(std::min(rocs.size(), kMostCurves));
    section.sentences.push_back(
        fmt::format("Of {} ROCs the {} with the largest AUC are drawn, none of a sweep over noise or "
                    "guards.",
                    all, rocs.size()));
  }
  if (all == 0) section.sentences.emplace_back("No ROC is in the study's table.");
  const Chart chart = roc_chart(model, rocs);
  if (has_points(chart)) section.charts.push_back(chart);
  return section;
}

}  // namespace exitaudit::report
