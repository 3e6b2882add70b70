#include "report/items/charts.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "stages/statistics/rank_correlation.h"

namespace exitaudit::report {
namespace {

void add_to(Trend& trend, double x, const Value& value) {
  if (!value.known()) return;
  trend.x.push_back(x);
  trend.y.push_back(value.y);
  trend.low.push_back(value.low);
  trend.high.push_back(value.high);
}

Trend ranked(Trend trend, const std::string& name) {
  trend.rho = statistics::rank_correlation(trend.x, trend.y);
  trend.interval =
      statistics::rank_correlation_interval(trend.x, trend.y, trend.low, trend.high, stream("trend of a report", name));
  return trend;
}

std::string exit_slice(std::int64_t exit) {
  return fmt::format("exit={}", exit);
}

/// One chart for each dataset, with whatever `series_of` makes of its pairs.
template <class SeriesOf>
std::vector<Chart> by_dataset(const std::vector<Pair>& pairs, const ChartWords& words, SeriesOf series_of) {
  std::map<std::string, Chart> charts;
  for (const Pair& pair : pairs) {
    Chart& chart = charts[pair.dataset];
    chart.id = words.id + "-" + pair.dataset;
    chart.title = words.title + ", " + pair.dataset;
    chart.caption = words.caption;
    chart.y_label = words.y_label;
    ChartSeries series = series_of(pair);
    if (!series.x.empty()) chart.series.push_back(std::move(series));
  }
  std::vector<Chart> found;
  for (auto& [dataset, chart] : charts) {
    if (!chart.series.empty()) found.push_back(std::move(chart));
  }
  return found;
}

}  // namespace

std::vector<Chart> charts_by_exits(const StudyView& view, const std::vector<Pair>& pairs, const std::string& metric,
                                   const Unit& unit, const ChartWords& words) {
  std::vector<Chart> charts = by_dataset(pairs, words, [&](const Pair& pair) {
    ChartSeries series{.name = pair.network, .style = SeriesStyle::kLinePoints};
    for (const std::int64_t exits : view.exits_of(pair)) {
      const Value value = view.model(pair, exits, {metric});
      if (value.known()) add_point(series, static_cast<double>(exits), value, unit.scale);
    }
    return series;
  });
  for (Chart& chart : charts) {
    chart.x_label = "number of exits (1: vanilla)";
    if (view.several_seeds()) chart.caption += " Each point is the mean over seeds.";
  }
  return charts;
}

std::vector<Chart> charts_by_depth(const StudyView& view, const std::vector<Pair>& pairs, const std::string& metric,
                                   const Unit& unit, const ChartWords& words) {
  std::vector<Chart> charts = by_dataset(pairs, words, [&](const Pair& pair) {
    const std::int64_t exits = view.deepest(pair);
    ChartSeries series{.name = fmt::format("{}, {} exits", pair.network, exits), .style = SeriesStyle::kLinePoints};
    for (std::int64_t exit = 0; exits > 1 && exit < exits; ++exit) {
      const Value value = view.model(pair, exits, {metric, exit_slice(exit)});
      if (value.known()) add_point(series, static_cast<double>(exit), value, unit.scale);
    }
    return series;
  });
  for (Chart& chart : charts) {
    chart.x_label = "exit (0: the shallowest)";
    chart.caption += view.slice_note();
  }
  return charts;
}

void add_level(Chart& chart, const std::string& name, double y) {
  double first = INFINITY;
  double last = -INFINITY;
  for (const ChartSeries& series : chart.series) {
    if (series.style == SeriesStyle::kDashed) continue;
    for (const double x : series.x) {
      first = std::min(first, x);
      last = std::max(last, x);
    }
  }
  if (std::isfinite(first) && std::isfinite(y)) {
    chart.series.push_back({.name = name, .style = SeriesStyle::kDashed, .x = {first, last}, .y = {y, y}});
  }
}

Trend trend_by_exits(const StudyView& view, const Pair& pair, const std::string& metric) {
  Trend trend;
  for (const std::int64_t exits : view.exits_of(pair)) {
    add_to(trend, static_cast<double>(exits), view.model(pair, exits, {metric}));
  }
  return ranked(std::move(trend), fmt::format("{}/{}", pair.text(), metric));
}

Trend trend_by_depth(const StudyView& view, const Pair& pair, const std::string& metric) {
  return trend_by_depth(view, pair, view.deepest(pair), metric);
}

Trend trend_by_depth(const StudyView& view, const Pair& pair, std::int64_t exits, const std::string& metric) {
  Trend trend;
  for (std::int64_t exit = 0; exits > 1 && exit < exits; ++exit) {
    add_to(trend, static_cast<double>(exit), view.model(pair, exits, {metric, exit_slice(exit)}));
  }
  return ranked(std::move(trend), fmt::format("{}/{}/by depth of {}", pair.text(), metric, exits));
}

Trend trend_of_attack(const StudyView& view, const Pair& pair, const AttackKey& key, bool by_depth) {
  Trend trend;
  const std::int64_t deepest = view.deepest(pair);
  if (by_depth) {
    for (std::int64_t exit = 0; deepest > 1 && exit < deepest; ++exit) {
      add_to(trend, static_cast<double>(exit), view.attack(pair, deepest, key, {kSuccess.name, exit_slice(exit)}));
    }
  } else {
    for (const std::int64_t exits : view.exits_of(pair)) {
      add_to(trend, static_cast<double>(exits), view.attack(pair, exits, key));
    }
  }
  return ranked(std::move(trend), fmt::format("{}/{}/{}/{}", pair.text(), key.attack, key.exit_source, by_depth));
}

std::string text(const Trend& trend, const Unit& unit) {
  std::string numbers;
  for (const double y : trend.y) {
    numbers += fmt::format("{}{:.{}f}", numbers.empty() ? "" : ", ", unit.scale * y, unit.decimals);
  }
  numbers += unit.name;
  if (!std::isfinite(trend.rho)) return numbers;
  if (!trend.told()) return fmt::format("{} (Spearman's rho {:+.2f})", numbers, trend.rho);
  return fmt::format("{} (Spearman's rho {:+.2f} [{:+.2f}, {:+.2f}])", numbers, trend.rho, trend.interval.low,
                     trend.interval.high);
}

Value bar_value(const StudyView& view, const Pair& pair, const std::string& attack, const BarSpec& bar) {
  return bar.vanilla ? view.attack(pair, 1, {attack, bar.exit_source})
                     : view.mean_attack(pair, {attack, bar.exit_source});
}

Chart attack_bars(const StudyView& view, const std::vector<Pair>& pairs, const std::string& attack,
                  const std::vector<BarSpec>& bars, const std::string& id, const std::string& title) {
  Chart chart{.id = id,
              .title = title,
              .caption =
                  "Means over the models with 2 to 6 exits, with their sample deviation; single models with "
                  "their 95 % interval. Dashed: chance.",
              .x_label = "",
              .y_label = "attack success, %"};
  chart.y_reference = 50;
  for (const BarSpec& bar : bars) chart.series.push_back({.name = bar.name, .style = SeriesStyle::kBars});
  for (const Pair& pair : pairs) {
    std::vector<Value> values;
    bool any = false;
    std::string fewest;
    for (const BarSpec& bar : bars) {
      values.push_back(bar_value(view, pair, attack, bar));
      const Value& value = values.back();
      any = any || value.known();
      if (!bar.vanilla && value.has_hole()) {
        if (fewest.empty() || hole(value) < fewest) fewest = hole(value);
        chart.caption += fmt::format(" {}, {}: {} of {} models.", pair.text(), bar.name, value.there, value.of);
      } else if (!bar.vanilla && value.known() && !value.is_mean()) {
        chart.caption += fmt::format(" {}, {}: one model alone, {} exits.", pair.text(), bar.name, value.exits);
      }
    }
    if (!any) continue;
    const auto place = static_cast<double>(chart.categories.size());
    chart.categories.push_back(pair.dataset + " " + pair.network + (fewest.empty() ? "" : " " + fewest));
    for (std::size_t i = 0; i < bars.size(); ++i) add_point(chart.series[i], place, values[i], 100);
  }
  return chart;
}

TextTable attack_bars_table(const StudyView& view, const std::vector<Pair>& pairs,
                            const std::vector<std::string>& attacks, const std::vector<BarSpec>& bars,
                            const std::string& title) {
  TextTable table{.title = title, .columns = {{"dataset"}, {"network"}, {"attack"}}, .grouped = 2};
  for (const BarSpec& bar : bars) table.columns.push_back({bar.name + " %", true});
  for (const Pair& pair : pairs) {
    for (const std::string& attack : attacks) {
      std::vector<std::string> row{pair.dataset, pair.network, name_of_attack(attack)};
      bool any = false;
      for (const BarSpec& bar : bars) {
        const Value value = bar_value(view, pair, attack, bar);
        any = any || value.known();
        row.push_back(cell(value, kPercent));
      }
      if (any) table.rows.push_back(std::move(row));
    }
  }
  table.notes = {
      "Means over the models with 2 to 6 exits ± sample deviation; […]: 95 % intervals. 3/5: so many of the "
      "models are behind it; -: not there."};
  return table;
}

}  // namespace exitaudit::report
