#pragma once
// Measurement: one number with its interval and the count behind it. What verdicts and tables are made of.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

/// `low`..`high` is the 95 % interval, NaN where there is none; `value` is NaN where it cannot be told (n/a).
struct Measurement {
  std::string slice;   ///< "all", "exit=2", "class=7", "correct", "wrong", "null"
  std::string metric;  ///< "attack_success", "balanced_accuracy", "auc", "tpr_at_fpr_1pct", "tpr_at_fpr_0.1pct", …
  double value = 0;
  double low = 0;
  double high = 0;
  std::int64_t n = 0;  ///< samples behind it
};

/// `network` of what was measured on a user's own recording; `dataset` is then the recording's name.
inline constexpr const char* kRecorded = "recorded";

/// One row of a result table: a measurement and what it was measured on. Empty texts where an axis does not apply.
struct TableRow {
  std::string dataset;
  std::string network;
  std::int64_t exits = 0;
  std::int64_t seed = 0;
  std::string role;         ///< "target", "shadow0", or "" for attacks
  std::string attack;       ///< "score", …; "" for properties of a model
  std::string exit_source;  ///< "none", "known", …
  std::string shadow;       ///< "same", "networks", …
  std::string job;          ///< the job that it comes from
  Measurement measurement;
};

void write_measurements(ArtifactWriter& out, const std::string& group, const std::vector<Measurement>& rows);
std::vector<Measurement> read_measurements(const ArtifactReader& in, const std::string& group);

/// table: tidy rows, one column an array.
void write(ArtifactWriter& out, const std::vector<TableRow>& rows);
std::vector<TableRow> read_table(const ArtifactReader& in);

}  // namespace exitaudit::schema
