#include "report/tables/model_tables.h"

#include <fmt/format.h>

#include "report/tables/cells.h"
#include "report/tables/figures.h"
#include "report/tables/subject_columns.h"

namespace exitaudit::report {
namespace {

bool denied(const Figures& figures, const std::string& metric) {
  const auto found = figures.whole.find(metric);
  return found != figures.whole.end() && found->second.value == 0;
}

/// tau, marked where it breaks a condition of specification 4. Means of tau mean nothing.
std::string tau_cell(const Subject& subject, const Figures& figures) {
  if (subject.is_mean()) return "";
  std::string cell = decimal(figures, "tau");
  if (subject.exits > 1 && denied(figures, "cheaper")) cell += "*";
  if (denied(figures, "feasible")) cell += "†";
  return cell;
}

/// Notes only for the marks that were set.
std::vector<std::string> notes(const TextTable& table, const FiguresBySubject& models) {
  bool costly = false;
  bool infeasible = false;
  bool means = false;
  for (const auto& row : table.rows) {
    costly = costly || row.back().find('*') != std::string::npos;
    infeasible = infeasible || row.back().find("†") != std::string::npos;
    means = means || row.back().empty();
  }
  std::vector<std::string> found{
      "Accuracy on test samples that neither training nor the choice of tau has seen, each answered by the first exit "
      "that is confident enough (tau). Overfitting is training accuracy minus test accuracy, in points.",
      "Gops: 10^9 operations a sample, mean; \"official\" counted as the paper's code does, \"corrected\" without its "
      "mistakes (depthwise convolutions, pooling, batch norm of rows, additions).",
      "[…]: 95 % intervals; Clopper-Pearson for accuracy, Newcombe for overfitting."};
  if (costly) found.push_back("*: no threshold keeps the vanilla accuracy at a lower cost; this one costs more.");
  if (infeasible) found.push_back("†: no threshold keeps the vanilla accuracy; this one is the most accurate.");
  if (means) found.push_back(means_note());
  const std::string holes = holes_note(models, "models");
  if (!holes.empty()) found.push_back(holes);
  return found;
}

/// Operations and tau of a user's recording cannot be told.
std::string cost_cell(const Subject& subject, const std::string& cell) {
  return subject.network == schema::kRecorded ? kNotKnown : cell;
}

std::string slice_percent(const std::map<std::string, schema::Measurement>& slice, const std::string& metric) {
  Figures figures;
  figures.whole = slice;
  return percent(figures, metric);
}

}  // namespace

TextTable models_table(const StudyResults& results) {
  const FiguresBySubject models = gather_models(results);
  const SubjectColumns subjects(models);
  TextTable table{.title = "Models", .columns = subjects.columns(), .grouped = 2};
  for (const char* title : {"accuracy %", "overfitting", "Gops official", "Gops corrected", "n", "tau"}) {
    table.columns.push_back({title, true});
  }
  for (const auto& [subject, figures] : models) {
    std::vector<std::string> row = subjects.cells(subject);
    const std::vector<std::string> cells = with_state(
        figures, {percent_with_interval(figures, "test_accuracy"), percent_with_interval(figures, "overfitting"),
                  cost_cell(subject, gops(figures, "ops_official")), cost_cell(subject, gops(figures, "ops_corrected")),
                  count(figures, "test_accuracy"), cost_cell(subject, tau_cell(subject, figures))});
    row.insert(row.end(), cells.begin(), cells.end());
    table.rows.push_back(row);
  }
  table.notes = notes(table, models);
  return table;
}

TextTable exits_table(const StudyResults& results) {
  const FiguresBySubject models = gather_models(results);
  const SubjectColumns subjects(models);
  TextTable table{.title = "Exits", .columns = subjects.columns(), .grouped = 2, .detail = true};
  for (const char* title : {"exit", "leave here %", "accuracy %", "on training %", "non-members %"}) {
    table.columns.push_back({title, true});
  }
  for (const auto& [subject, figures] : models) {
    if (subject.is_mean() || subject.exits < 2) continue;
    for (const auto& [slice, measured] : figures.slices) {
      if (!slice.starts_with("exit=")) continue;
      std::vector<std::string> row = subjects.cells(subject);
      row.push_back(slice.substr(5));
      for (const char* metric : {"exit_share", "test_accuracy", "train_accuracy", "non_member_share"}) {
        row.push_back(slice_percent(measured, metric));
      }
      table.rows.push_back(row);
    }
  }
  table.notes = {
      "Exits count from 0, the shallowest. Accuracy: if that exit answered every sample. Non-members: of the "
      "attacked samples that leave there, half of which are non-members in all unless a recording has others; n/a "
      "where none leaves."};
  return table;
}

}  // namespace exitaudit::report
