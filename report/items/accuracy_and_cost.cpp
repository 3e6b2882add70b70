#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

constexpr const char* kModelLines = "axes: {dataset: [cifar10], network: [vgg16], exits: [1, 2, 3, 4, 5, 6]}";

Chart two_bars(const StudyView& view, const std::vector<Pair>& pairs, const std::string& metric, const Unit& unit) {
  Chart chart{.id = "", .title = "", .caption = "", .x_label = "", .y_label = ""};
  chart.series = {{.name = "vanilla", .style = SeriesStyle::kBars},
                  {.name = "multi-exit", .style = SeriesStyle::kBars}};
  for (const Pair& pair : pairs) {
    const Value vanilla = view.model(pair, 1, {metric});
    const Value multi = view.mean_model(pair, metric);
    if (!vanilla.known() && !multi.known()) continue;
    const auto place = static_cast<double>(chart.categories.size());
    chart.categories.push_back(pair.dataset + " " + pair.network + (multi.has_hole() ? " " + hole(multi) : ""));
    add_point(chart.series[0], place, vanilla, unit.scale);
    add_point(chart.series[1], place, multi, unit.scale);
    if (multi.known() && !multi.is_mean()) {
      chart.caption += fmt::format(" {}: one multi-exit model alone, {} exits.", pair.text(), multi.exits);
    }
  }
  return chart;
}

TextTable both_table(const StudyView& view, const std::vector<Pair>& pairs) {
  TextTable table{.title = "Accuracy and cost", .columns = {{"dataset"}, {"network"}, {"model"}}, .grouped = 2};
  for (const char* title : {"accuracy %", "Gops official", "Gops corrected", "models"}) {
    table.columns.push_back({title, true});
  }
  const auto add = [&](const Pair& pair, const char* model, const Value& accuracy, const Value& official,
                       const Value& corrected) {
    if (!accuracy.known() && !official.known()) return;
    const std::string models = accuracy.has_hole() ? hole(accuracy) : std::to_string(accuracy.there);
    table.rows.push_back({pair.dataset, pair.network, model, cell(accuracy, kPercent), cell(official, kGops),
                          cell(corrected, kGops), models});
  };
  for (const Pair& pair : pairs) {
    add(pair, "vanilla", view.model(pair, 1, {"test_accuracy"}), view.model(pair, 1, {"ops_official"}),
        view.model(pair, 1, {"ops_corrected"}));
    add(pair, "multi-exit", view.mean_model(pair, "test_accuracy"), view.mean_model(pair, "ops_official"),
        view.mean_model(pair, "ops_corrected"));
  }
  table.notes = {
      "multi-exit: mean over the models with 2 to 6 exits ± sample deviation. Gops: 10^9 operations a sample; "
      "official: counted as the paper's code does, corrected: without its mistakes."};
  return table;
}

}  // namespace

ItemContent accuracy_and_cost(const StudyView& view) {
  const std::vector<Pair> pairs = view.pairs_preferring({"vgg16", "fcn18_1"});
  ItemContent content;
  Chart accuracy = two_bars(view, pairs, "test_accuracy", kPercent);
  accuracy.id = "figure-2a";
  accuracy.title = "Accuracy, vanilla and multi-exit";
  accuracy.y_label = "test accuracy, %";
  accuracy.caption =
      "Multi-exit: mean over 2 to 6 exits with its deviation; vanilla: 95 % interval." + accuracy.caption;
  Chart cost = two_bars(view, pairs, "ops_official", kGops);
  cost.id = "figure-2b";
  cost.title = "Cost, vanilla and multi-exit";
  cost.y_label = "mean operations a sample, 10^9";
  cost.caption = "Counted as the paper's code does; the table has the corrected count beside it." + cost.caption;
  std::vector<std::string> findings;
  for (const Pair& pair : pairs) {
    const Value multi = view.mean_model(pair, "test_accuracy");
    const Value vanilla = view.model(pair, 1, {"test_accuracy"});
    if (!multi.known() || !vanilla.known()) continue;
    findings.push_back(fmt::format(
        "{}: accuracy {} vanilla, {} multi-exit (difference {}); {} against {}.", pair.text(), text(vanilla, kPercent),
        text(multi, kPercent), text(difference(multi, vanilla), kPoints),
        text(view.model(pair, 1, {"ops_official"}), kGops), text(view.mean_model(pair, "ops_official"), kGops)));
  }
  add_findings(content, findings);
  content.tables.push_back(both_table(view, pairs));
  content.charts = {std::move(accuracy), std::move(cost)};
  add_lack(content, view.results(), {"thresholds of target models", of_models("thresholds"), kModelLines},
           !pairs.empty());
  return finished(std::move(content), view.results());
}

ItemContent overfitting_by_exits(const StudyView& view) {
  const std::vector<Pair> pairs = view.pairs();
  ItemContent content;
  content.charts = charts_by_exits(view, pairs, "overfitting", kPoints,
                                   {"figure-3", "Overfitting by number of exits", "overfitting, points",
                                    "Accuracy on training samples less accuracy on test samples, with 95 % intervals "
                                    "(Newcombe)."});
  std::vector<std::string> findings;
  for (const Pair& pair : pairs) {
    const Trend trend = trend_by_exits(view, pair, "overfitting");
    if (trend.x.size() < 2) continue;
    const auto [low, high] = std::ranges::minmax(trend.y);
    findings.push_back(fmt::format("{}: overfitting between {:.1f} and {:.1f} points over {} numbers of exits.",
                                   pair.text(), 100 * low, 100 * high, trend.x.size()));
  }
  add_findings(content, findings);
  add_lack(content, view.results(), {"thresholds of target models", of_models("thresholds"), kModelLines},
           !content.charts.empty());
  return finished(std::move(content), view.results());
}

}  // namespace exitaudit::report
