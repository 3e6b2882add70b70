#include "report/comparison.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "report/formats/csv_line.h"
#include "stages/statistics/difference_interval.h"

namespace exitaudit::report {
namespace {

using schema::Measurement;
using schema::TableRow;

auto key(const TableRow& row) {
  return std::tuple(row.dataset, row.network, row.exits, row.seed, row.role, row.attack, row.exit_source, row.shadow,
                    row.measurement.slice, row.measurement.metric);
}

TableRow without_numbers(TableRow row) {
  row.job.clear();
  row.measurement = {row.measurement.slice, row.measurement.metric, 0, 0, 0, 0};
  return row;
}

void measure_difference(ComparedRow& row) {
  row.difference = std::numeric_limits<double>::quiet_NaN();
  row.interval = statistics::no_interval();
  if (!row.in_both()) return;
  const Measurement& a = *row.a;
  const Measurement& b = *row.b;
  row.difference = b.value - a.value;
  row.interval = statistics::difference_interval(b.value, b.low, b.high, a.value, a.low, a.high);
}

}  // namespace

std::string_view ComparedRow::word() const {
  if (std::isnan(interval.low) || std::isnan(interval.high)) return "";
  if (interval.low > 0) return "higher";
  return interval.high < 0 ? "lower" : "no difference seen";
}

std::vector<ComparedRow> compare_tables(const std::vector<TableRow>& a, const std::vector<TableRow>& b) {
  std::map<decltype(key(TableRow())), std::vector<std::size_t>> places;  // the first of each key last
  for (std::size_t i = b.size(); i-- > 0;) places[key(b[i])].push_back(i);
  std::vector<ComparedRow> rows;
  std::vector<bool> joined(b.size(), false);
  for (const TableRow& row : a) {
    rows.push_back({.what = without_numbers(row), .a = row.measurement});
    const auto found = places.find(key(row));
    if (found == places.end() || found->second.empty()) continue;
    const std::size_t place = found->second.back();
    found->second.pop_back();
    joined[place] = true;
    rows.back().b = b[place].measurement;
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!joined[i]) rows.push_back({.what = without_numbers(b[i]), .b = b[i].measurement});
  }
  for (ComparedRow& row : rows) measure_difference(row);
  return rows;
}

std::vector<std::string> headline_metrics() {
  return {"test_accuracy", "overfitting",     "ops_corrected",  "attack_success",
          "auc",           "tpr_at_fpr_1pct", "js_divergence",  "calibration_error_non_members",
          "exit_accuracy", "mean_ms",         "mean_ms_guarded"};
}

std::vector<std::string> metrics_of(const std::vector<ComparedRow>& rows) {
  std::set<std::string> metrics;
  for (const ComparedRow& row : rows) metrics.insert(row.what.measurement.metric);
  return {metrics.begin(), metrics.end()};
}

std::string comparison_csv(const std::vector<ComparedRow>& rows) {
  std::string text =
      "dataset,network,exits,seed,role,attack,exit_source,shadow,slice,metric,found_in,a,a_low,a_high,a_n,b,b_low,"
      "b_high,b_n,difference,low,high,word\n";
  const auto add_side = [](std::vector<std::string>& cells, const std::optional<Measurement>& side) {
    if (!side) return cells.insert(cells.end(), 4, "");
    return cells.insert(
        cells.end(), {csv_number(side->value), csv_number(side->low), csv_number(side->high), std::to_string(side->n)});
  };
  for (const ComparedRow& row : rows) {
    const TableRow& what = row.what;
    std::vector<std::string> cells{what.dataset,
                                   what.network,
                                   what.exits == 0 ? "" : std::to_string(what.exits),
                                   what.seed == -1 ? "" : std::to_string(what.seed),
                                   what.role,
                                   what.attack,
                                   what.exit_source,
                                   what.shadow,
                                   what.measurement.slice,
                                   what.measurement.metric,
                                   row.in_both() ? "both" : (row.a ? "a" : "b")};
    add_side(cells, row.a);
    add_side(cells, row.b);
    cells.insert(cells.end(), {csv_number(row.difference), csv_number(row.interval.low), csv_number(row.interval.high),
                               std::string(row.word())});
    text += csv_line(cells);
  }
  return text;
}

}  // namespace exitaudit::report
