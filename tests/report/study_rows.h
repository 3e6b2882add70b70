#pragma once
// study_rows: the table of a small study by hand, one network with 1 and 3 exits.

#include <cmath>
#include <string>
#include <vector>

#include "report/study_results.h"
#include "stages/schema/measurement.h"

namespace exitaudit::report {

using schema::Measurement;
using schema::TableRow;

inline const double kNaN = std::nan("");

inline TableRow model_row(std::int64_t exits, const Measurement& m) {
  return {"shirts", "vgg16", exits, 1, "target", "", "", "", "calibrate/x", m};
}

inline TableRow attack_row(std::int64_t exits, const std::string& attack, const std::string& source,
                           const Measurement& m) {
  return {"shirts", "vgg16", exits, 1, "", attack, source, "same", "attack/x", m};
}

inline void add_model(std::vector<TableRow>& rows, std::int64_t exits, double accuracy, double tau) {
  for (const Measurement& m : {Measurement{"all", "test_accuracy", accuracy, accuracy - .03, accuracy + .03, 450},
                               {"all", "overfitting", .98 - accuracy, .95 - accuracy, 1 - accuracy, 950},
                               {"all", "ops_official", 6.283e8 / static_cast<double>(exits), kNaN, kNaN, 450},
                               {"all", "ops_corrected", 6.3e8 / static_cast<double>(exits), kNaN, kNaN, 450},
                               {"all", "cheaper", 1, kNaN, kNaN, 1},
                               {"all", "feasible", 1, kNaN, kNaN, 1},
                               {"all", "tau", tau, kNaN, kNaN, 1}}) {
    rows.push_back(model_row(exits, m));
  }
}

inline void add_attack(std::vector<TableRow>& rows, std::int64_t exits, const std::string& attack,
                       const std::string& source, double success) {
  for (const Measurement& m : {Measurement{"all", "attack_success", success, success - .03, success + .03, 900},
                               {"all", "balanced_accuracy", success, success - .03, success + .03, 900},
                               {"all", "auc", success + .05, success + .02, success + .08, 900},
                               {"all", "tpr_at_fpr_1pct", .021, .01, .04, 450},
                               {"all", "tpr_at_fpr_0.1pct", kNaN, kNaN, kNaN, 450},
                               {"all", "empty_exits", 0, kNaN, kNaN, exits},
                               {"null", "null_within", 1, kNaN, kNaN, 20}}) {
    rows.push_back(attack_row(exits, attack, source, m));
  }
}

inline std::vector<TableRow> study_rows() {
  std::vector<TableRow> rows;
  add_model(rows, 1, .80, 1);
  add_model(rows, 3, .81, .85);
  add_attack(rows, 1, "score", "none", .71);
  add_attack(rows, 3, "exit_only", "known", .52);
  add_attack(rows, 3, "score", "known", .64);
  add_attack(rows, 3, "score", "none", .61);
  return rows;
}

/// A study that has these rows and misses none.
inline StudyResults of(std::vector<TableRow> rows) {
  StudyResults results;
  results.study = "demo";
  results.command = "demo.yaml";
  results.rows = std::move(rows);
  return results;
}

/// What the study asks for: an attack's verdicts, or (attack "") a target's thresholds.
inline ExpectedResult expected(std::int64_t exits, const std::string& attack, const std::string& source,
                               ResultState state = ResultState::kThere) {
  const bool model = attack.empty();
  return {.dataset = "shirts",
          .network = "vgg16",
          .exits = exits,
          .seed = 1,
          .role = model ? "target" : "",
          .attack = attack,
          .exit_source = source,
          .shadow = model ? "" : "same",
          .noun = model ? "thresholds" : "verdicts",
          .job = "x",
          .state = state,
          .why = ""};
}

/// The lines of `text` that hold `part`.
inline std::vector<std::string> lines_with(const std::string& text, const std::string& part) {
  std::vector<std::string> found;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = text.substr(from, end - from);
    if (line.find(part) != std::string::npos) found.push_back(line);
    from = end + 1;
  }
  return found;
}

}  // namespace exitaudit::report
