#pragma once
// Comparison: the tables of two studies, A and B, joined row by row, and what lies between them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/config_slice.h"
#include "report/formats/text_table.h"
#include "stages/schema/measurement.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::report {

/// One measurement in both studies; a side is empty where its study has no such row.
struct ComparedRow {
  schema::TableRow what;  ///< axes, slice and metric alone: no job, no numbers
  std::optional<schema::Measurement> a = {};
  std::optional<schema::Measurement> b = {};
  double difference = 0;               ///< b - a; NaN where a side is missing or n/a
  statistics::Interval interval = {};  ///< 95 %, of the difference; NaN where a side has none

  bool in_both() const { return a.has_value() && b.has_value(); }
  /// "higher" or "lower", b than a, where the interval excludes 0; else "no difference seen"; "" without an interval.
  std::string_view word() const;
};

/// Joins on dataset, network, exits, seed, role, attack, exit source, shadow, slice and metric; rows that agree in all
/// of these in their order. A's order, then what B alone has. The interval of a difference is
/// statistics::difference_interval's: square-and-add (Newcombe, 1998; Zou and Donner, 2008).
std::vector<ComparedRow> compare_tables(const std::vector<schema::TableRow>& a, const std::vector<schema::TableRow>& b);

/// What a reader asks for first: accuracy, overfitting, cost, attack success, AUC, …
std::vector<std::string> headline_metrics();
/// Each metric of the rows once, sorted.
std::vector<std::string> metrics_of(const std::vector<ComparedRow>& rows);

/// The targets' rows, and the attacks', of `metrics` (none: every metric, and the shadows' rows, too): those of whole
/// models, and means over exits and seeds. Only what both studies have. Values as results.csv has them, three digits.
TextTable comparison_table(const std::vector<ComparedRow>& rows, const std::vector<std::string>& metrics);

/// How many rows each study has alone, and of what. At most 20 lines a study, the rest counted below; no rows where
/// the two have the same.
TextTable unmatched_table(const std::vector<ComparedRow>& rows);

/// Key, A, B. No rows where nothing differs.
TextTable settings_table(const std::vector<SliceDifference>& differences);

/// Every row, a header and one line each, found_in "both", "a" or "b"; numbers in full (%.17g), empty where there is
/// none. Quoted as RFC 4180 says.
std::string comparison_csv(const std::vector<ComparedRow>& rows);

}  // namespace exitaudit::report
