#include "report/tables/leak_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/tables/cells.h"
#include "report/tables/figures.h"
#include "report/tables/subject_columns.h"

namespace exitaudit::report {
namespace {

using Cell = std::string (*)(const Figures&, const std::string&);

/// Only models that were, or should have been, characterized.
FiguresBySubject characterized(const StudyResults& results, const std::string& metric) {
  FiguresBySubject models = gather_models(results, "characteristics");
  std::erase_if(models, [&](const auto& entry) {
    return !entry.second.whole.contains(metric) && entry.second.state == ResultState::kThere;
  });
  return models;
}

/// One cell for all exits in their order: "48 52 63". Means over exits have none.
std::string per_exit(const Subject& subject, const Figures& figures, const std::string& metric, Cell cell) {
  if (subject.is_mean()) return "";
  std::string text;
  for (std::int64_t exit = 0; exit < subject.exits; ++exit) {
    Figures one;
    const auto slice = figures.slices.find(fmt::format("exit={}", exit));
    if (slice != figures.slices.end()) one.whole = slice->second;
    text += (text.empty() ? "" : " ") + cell(one, metric);
  }
  return text;
}

bool any_mean(const FiguresBySubject& models) {
  return std::any_of(models.begin(), models.end(), [](const auto& entry) { return entry.first.is_mean(); });
}

TextTable start(const std::string& title, const FiguresBySubject& models, const std::vector<const char*>& titles) {
  TextTable table{.title = title, .columns = SubjectColumns(models).columns(), .grouped = 2};
  for (const char* column : titles) table.columns.push_back({column, true});
  return table;
}

void add_last_notes(TextTable& table, const FiguresBySubject& models) {
  if (any_mean(models)) table.notes.push_back(means_note());
  const std::string holes = holes_note(models, "models");
  if (!holes.empty()) table.notes.push_back(holes);
}

void add_row(TextTable& table, std::vector<std::string> cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  table.rows.push_back(std::move(cells));
}

}  // namespace

TextTable leak_table(const StudyResults& results) {
  const FiguresBySubject models = characterized(results, "js_divergence");
  const SubjectColumns subjects(models);
  TextTable table = start("Why it leaks", models,
                          {"overfitting", "divergence", "loss in", "loss out", "divergence by exit", "non-members %"});
  for (const auto& [subject, figures] : models) {
    add_row(table, subjects.cells(subject),
            with_state(figures,
                       {percent_with_interval(figures, "overfitting"), share_with_interval(figures, "js_divergence"),
                        decimal(figures, "mean_loss_members"), decimal(figures, "mean_loss_non_members"),
                        per_exit(subject, figures, "js_divergence", share),
                        per_exit(subject, figures, "non_member_share", percent)}));
  }
  table.notes = {
      "Overfitting: accuracy on members minus accuracy on non-members, in points. Divergence: Jensen-Shannon, of the "
      "losses of members and of as many non-members, in bits: 0 where they are alike, 1 where none is shared; what "
      "chance alone gives is taken off. Loss in, out: mean loss of members, of non-members.",
      "By exit, the shallowest first: of the samples that leave there. Non-members: of those samples; n/a where none "
      "leaves, or only of one kind."};
  add_last_notes(table, models);
  return table;
}

TextTable answers_table(const StudyResults& results) {
  const FiguresBySubject models = characterized(results, "calibration_error_non_members");
  const SubjectColumns subjects(models);
  TextTable table =
      start("Calibration and overthinking", models,
            {"calibration error %", "on training %", "by exit %", "wasteful %", "destructive %", "samples"});
  table.detail = true;
  for (const auto& [subject, figures] : models) {
    const bool thinks = figures.whole.contains("overthinking_wasteful_non_members");
    const auto overthinking = [&](const std::string& metric) {
      return thinks ? percent_with_interval(figures, metric) : "";
    };
    add_row(table, subjects.cells(subject),
            with_state(figures, {percent(figures, "calibration_error_non_members"),
                                 percent(figures, "calibration_error_members"),
                                 per_exit(subject, figures, "calibration_error_non_members", percent),
                                 overthinking("overthinking_wasteful_non_members"),
                                 overthinking("overthinking_destructive_non_members"),
                                 count(figures, "calibration_error_non_members")}));
  }
  table.notes = {
      "Calibration error: expected difference between confidence and accuracy, 15 bins, on samples that the model was "
      "not trained on; by exit, as if that exit answered every sample.",
      "Overthinking, as Shallow-Deep Networks define it, on the same samples: an earlier exit is right, and so is the "
      "last (wasteful), or the last is wrong (destructive)."};
  add_last_notes(table, models);
  return table;
}

}  // namespace exitaudit::report
