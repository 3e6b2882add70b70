// The tables of a comparison; compare_tables() itself is in comparison.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "report/comparison.h"
#include "report/tables/cells.h"

namespace exitaudit::report {
namespace {

using schema::Measurement;
using schema::TableRow;

constexpr std::size_t kMostUnmatched = 20;  // lines a study

bool is_whole(const TableRow& row) {
  return row.measurement.slice == "all" || row.measurement.slice.starts_with("mean over ");
}

bool is_shadow(const TableRow& row) {
  return !row.role.empty() && row.role != "target";
}

/// "shirts · vgg16 · 3 exits · seed 2 · score, exit known"; `seeds`: whether the studies have several.
std::string subject(const TableRow& row, bool seeds) {
  std::string text = row.dataset.empty() ? "whole study" : row.dataset;
  const auto add = [&](const std::string& part) { text += (part.empty() ? "" : " · ") + part; };
  add(row.network);
  if (!row.network.empty()) {
    add(row.exits == 0 ? "mean over exits" : fmt::format("{} {}", row.exits, row.exits == 1 ? "exit" : "exits"));
  }
  if (row.seed == -1 && !row.dataset.empty()) add("mean over seeds");
  if (row.seed != -1 && seeds) add(fmt::format("seed {}", row.seed));
  add(row.role);
  const std::string exit = row.exit_source.empty() ? "" : "exit " + row.exit_source;
  add(row.attack.empty() || exit.empty() ? row.attack + exit : row.attack + ", " + exit);
  if (!row.shadow.empty() && row.shadow != "same") add("shadow of other " + row.shadow);
  return text;
}

bool several_seeds(const std::vector<ComparedRow>& rows) {
  std::set<std::int64_t> seeds;
  for (const ComparedRow& row : rows) {
    if (row.what.seed != -1) seeds.insert(row.what.seed);
  }
  return seeds.size() > 1;
}

/// Three digits; shares without their leading zero, as in all tables.
std::string brief(double value) {
  if (std::isnan(value)) return kNotKnown;
  const double size = std::abs(value);
  if (size < 5e-4) return ".000";
  if (size >= 1e5) return fmt::format("{:.3g}", value);
  if (size >= 10) return fmt::format("{:.{}f}", value, size >= 100 ? 0 : 1);
  const std::string text = fmt::format("{:.3f}", value);
  if (text.starts_with("-0.")) return "-" + text.substr(2);
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::string with_sign(double value) {
  const std::string text = brief(value);
  return (value > 0 && text != ".000" ? "+" : "") + text;
}

std::string side_cell(const Measurement& m) {
  if (std::isnan(m.value) || std::isnan(m.low) || std::isnan(m.high)) return brief(m.value);
  return fmt::format("{} [{}, {}]", brief(m.value), brief(m.low), brief(m.high));
}

std::string difference_cell(const ComparedRow& row) {
  if (row.word().empty()) return with_sign(row.difference);
  return fmt::format("{} [{}, {}]", with_sign(row.difference), with_sign(row.interval.low),
                     with_sign(row.interval.high));
}

/// Means after what they average; else the order of the tables.
void sort_for_people(std::vector<const ComparedRow*>& rows) {
  const auto place = [](const ComparedRow* row) {
    const TableRow& what = row->what;
    return std::tuple(what.dataset, what.network, what.exits == 0, what.exits, what.seed == -1, what.seed);
  };
  std::ranges::stable_sort(rows, [&](const ComparedRow* a, const ComparedRow* b) { return place(a) < place(b); });
}

bool equal_number(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

std::vector<std::string> notes(const std::vector<const ComparedRow*>& rows) {
  const auto with_interval = std::ranges::count_if(rows, [](const ComparedRow* row) { return !row->word().empty(); });
  const auto equal = std::ranges::count_if(rows, [](const ComparedRow* row) {
    return equal_number(row->a->value, row->b->value) && equal_number(row->a->low, row->b->low) &&
           equal_number(row->a->high, row->b->high) && row->a->n == row->b->n;
  });
  std::vector<std::string> found{
      "Difference: B minus A, with the 95 % interval that follows from both intervals by square-and-add (Newcombe "
      "1998; "
      "Zou and Donner 2008). It takes the two studies for independent; where they share samples or models it is "
      "usually wider than it need be. Shares, not per cent.",
      "higher, lower: B's figure against A's, where the interval excludes 0. A figure without an interval in one of "
      "the "
      "studies gets no word.",
      fmt::format("{} of {} figures are equal in every digit.", equal, rows.size())};
  if (with_interval > 1) {
    found.push_back(fmt::format("Of {} intervals of 95 %, about {:.1f} would exclude 0 by chance alone.", with_interval,
                                0.05 * static_cast<double>(with_interval)));
  }
  return found;
}

void add_unmatched(TextTable& table, const std::string& study, const std::map<std::string, std::size_t>& subjects) {
  std::size_t shown = 0;
  std::size_t rest = 0;
  for (const auto& [name, rows] : subjects) {
    if (shown++ < kMostUnmatched) {
      table.rows.push_back({study, name, std::to_string(rows)});
    } else {
      rest += rows;
    }
  }
  if (rest > 0) {
    table.notes.push_back(fmt::format("{}: {} more, with {} rows; --csv FILE writes all of them.", study,
                                      subjects.size() - kMostUnmatched, rest));
  }
}

}  // namespace

TextTable comparison_table(const std::vector<ComparedRow>& rows, const std::vector<std::string>& metrics) {
  std::vector<const ComparedRow*> shown;
  for (const ComparedRow& row : rows) {
    const bool wanted = metrics.empty() ? is_whole(row.what)
                                        : is_whole(row.what) && !is_shadow(row.what) &&
                                              std::ranges::find(metrics, row.what.measurement.metric) != metrics.end();
    if (wanted && row.in_both()) shown.push_back(&row);
  }
  sort_for_people(shown);
  const bool seeds = several_seeds(rows);
  TextTable table{.title = "Results",
                  .columns = {{"of"}, {"metric"}, {"A", true}, {"B", true}, {"difference", true}, {""}},
                  .grouped = 1};
  for (const ComparedRow* row : shown) {
    table.rows.push_back({subject(row->what, seeds), row->what.measurement.metric, side_cell(*row->a),
                          side_cell(*row->b), difference_cell(*row), std::string(row->word())});
  }
  table.notes = notes(shown);
  return table;
}

TextTable unmatched_table(const std::vector<ComparedRow>& rows) {
  std::map<std::string, std::size_t> only_a;
  std::map<std::string, std::size_t> only_b;
  const bool seeds = several_seeds(rows);
  for (const ComparedRow& row : rows) {
    if (!row.in_both()) ++(row.a ? only_a : only_b)[subject(row.what, seeds)];
  }
  TextTable table{.title = "Found in one study only", .columns = {{"study"}, {"of"}, {"rows", true}}, .grouped = 1};
  add_unmatched(table, "A", only_a);
  add_unmatched(table, "B", only_b);
  return table;
}

TextTable settings_table(const std::vector<SliceDifference>& differences) {
  TextTable table{.title = "Settings that differ", .columns = {{"key"}, {"A"}, {"B"}}};
  const auto cell = [](const std::string& value) { return value.empty() ? "(not there)" : value; };
  for (const SliceDifference& each : differences) table.rows.push_back({each.key, cell(each.before), cell(each.after)});
  return table;
}

}  // namespace exitaudit::report
