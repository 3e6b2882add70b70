#include "stages/tabulate/aggregate.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "pipeline/base/random.h"
#include "stages/statistics/bootstrap.h"

namespace exitaudit::tabulate {
namespace {

using schema::TableRow;

/// A bootstrap of fewer figures says hardly more than where they lie: of two it is the one and the other.
constexpr std::size_t kFewestResampled = 5;
constexpr const char* kMeanOverExits = "mean over exits";

/// "class=12" -> {"class=", 12}; without a number, -1.
std::pair<std::string, std::int64_t> slice_key(const std::string& slice) {
  const std::size_t mark = slice.find('=');
  if (mark == std::string::npos) return {slice, -1};
  std::int64_t number = -1;
  std::from_chars(slice.data() + mark + 1, slice.data() + slice.size(), number);
  return {slice.substr(0, mark + 1), number};
}

auto key(const TableRow& row) {
  return std::tuple(row.dataset, row.network, row.exits, row.seed, row.role, row.attack, row.exit_source, row.shadow,
                    slice_key(row.measurement.slice), row.measurement.metric, row.job);
}

/// The figures that become one mean, and the row that will carry it.
using Groups = std::map<decltype(key(TableRow())), std::pair<TableRow, std::vector<double>>>;

/// `carrier` has the averaged axis taken out; figures with equal carriers belong together.
void collect(Groups& groups, TableRow carrier) {
  const double value = carrier.measurement.value;
  carrier.job.clear();
  auto& group = groups.try_emplace(key(carrier), carrier, std::vector<double>()).first->second;
  if (std::isfinite(value)) group.second.push_back(value);
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

RandomStream bootstrap_stream(const TableRow& row) {
  return stream("bootstrap of the mean", row.dataset, row.network, row.exits, row.seed, row.role, row.attack,
                row.exit_source, row.shadow, row.measurement.slice, row.measurement.metric);
}

/// Two rows for each group of at least two figures; `over`: "exits", "seeds" or "exits and seeds".
std::vector<TableRow> average(const Groups& groups, const std::string& over) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<TableRow> rows;
  for (const auto& entry : groups) {
    TableRow row = entry.second.first;
    const std::vector<double>& values = entry.second.second;
    if (values.size() < 2) continue;
    const auto n = static_cast<std::int64_t>(values.size());
    const std::string metric = row.measurement.metric;
    const statistics::Interval interval = values.size() < kFewestResampled
                                              ? statistics::no_interval()
                                              : statistics::bootstrap_mean(values, bootstrap_stream(row));
    row.measurement = {"mean over " + over, metric, mean(values), interval.low, interval.high, n};
    rows.push_back(row);
    row.measurement = {"deviation over " + over, metric, deviation(values), kNone, kNone, n};
    rows.push_back(row);
  }
  return rows;
}

std::vector<TableRow> over_exits(const std::vector<TableRow>& rows) {
  Groups groups;
  for (TableRow row : rows) {
    if (row.measurement.slice != "all" || row.exits < 2) continue;
    row.exits = kOverExits;
    collect(groups, std::move(row));
  }
  return average(groups, "exits");
}

std::vector<TableRow> over_seeds(const std::vector<TableRow>& rows, const std::string& slice, const std::string& over) {
  Groups groups;
  for (TableRow row : rows) {
    if (row.measurement.slice != slice) continue;
    row.seed = kOverSeeds;
    collect(groups, std::move(row));
  }
  return average(groups, over);
}

}  // namespace

std::vector<TableRow> aggregate(const std::vector<TableRow>& rows) {
  std::vector<TableRow> found = over_exits(rows);
  const std::vector<TableRow> seeds = over_seeds(rows, "all", "seeds");
  const std::vector<TableRow> both = over_seeds(found, kMeanOverExits, "exits and seeds");
  found.insert(found.end(), seeds.begin(), seeds.end());
  found.insert(found.end(), both.begin(), both.end());
  return found;
}

void sort_rows(std::vector<TableRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const TableRow& a, const TableRow& b) { return key(a) < key(b); });
}

void sort_curves(std::vector<schema::Curve>& curves) {
  const auto key = [](const schema::Curve& c) {
    return std::tuple(c.dataset, c.network, c.exits, c.seed, c.role, c.attack, c.exit_source, c.shadow,
                      slice_key(c.slice), c.name);
  };
  std::stable_sort(curves.begin(), curves.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

}  // namespace exitaudit::tabulate
