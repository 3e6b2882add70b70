#include "report/tables/clock_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/tables/cells.h"
#include "report/tables/figures.h"
#include "report/tables/subject_columns.h"

namespace exitaudit::report {
namespace {

/// What has one of the metrics, or should have: a result of `noun` that is not there.
FiguresBySubject holding(const StudyResults& results, const std::string& noun,
                         const std::vector<std::string>& metrics) {
  FiguresBySubject found = gather_clocked(results, noun);
  std::erase_if(found, [&](const auto& entry) {
    const Figures& figures = entry.second;
    const bool told = std::ranges::any_of(metrics, [&](const auto& metric) { return figures.whole.contains(metric); });
    return !told && figures.state == ResultState::kThere;
  });
  return found;
}

void add_last_notes(TextTable& table, const FiguresBySubject& found, const std::string& what) {
  if (std::ranges::any_of(found, [](const auto& entry) { return entry.first.is_mean(); })) {
    table.notes.push_back(means_note());
  }
  const std::string holes = holes_note(found, what);
  if (!holes.empty()) table.notes.push_back(holes);
}

std::vector<std::string> concat(std::vector<std::string> cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

void add_row(TextTable& table, std::vector<std::string> cells, const std::vector<std::string>& more) {
  table.rows.push_back(concat(std::move(cells), more));
}

/// Empty where a row has no such figure by its nature: without a guard nothing is held back.
std::string if_there(const Figures& figures, const std::string& metric) {
  return figures.whole.contains(metric) ? milliseconds(figures, metric) : "";
}

/// A count of one model is whole, a mean over models is not.
std::string exits_seen(const Subject& subject, const Figures& figures) {
  const auto found = figures.whole.find("estimated_exits");
  if (found == figures.whole.end()) return kHole;
  return subject.is_mean() ? decimal(figures, "estimated_exits") : fmt::format("{:.0f}", found->second.value);
}

}  // namespace

TextTable stolen_exits_table(const StudyResults& results) {
  const FiguresBySubject found = holding(results, "stolen_exits", {"exit_accuracy"});
  const SubjectColumns subjects(found);
  TextTable table{.title = "Exits that nobody told", .columns = subjects.columns(), .grouped = 2};
  table.columns.insert(table.columns.end(),
                       {{"learnt from"}, {"shadow"}, {"right %", true}, {"exits seen", true}, {"n", true}});
  for (const auto& [subject, figures] : found) {
    add_row(table, subjects.cells(subject),
            concat({subject.exit_source, subject.shadow},
                   with_state(figures, {percent_with_interval(figures, "exit_accuracy"), exits_seen(subject, figures),
                                        count(figures, "exit_accuracy")})));
  }
  table.notes = {
      "stolen: by the clock, with as many copies of the model on its device at once as stated, through a network "
      "(noise=sigma "
      "ms x queries) or behind TimeGuard (guard=sigma ms, and what the adversary knows of it). predicted: from scores, "
      "the control without a clock. recorded: from times that a system of yours wrote.",
      "Right: samples whose exit is believed rightly, with Clopper-Pearson's 95 % interval. Exits seen: how many the "
      "adversary counted of its own."};
  add_last_notes(table, found, "stolen exits");
  return table;
}

TextTable times_table(const StudyResults& results) {
  const FiguresBySubject found = holding(results, "latencies", {"mean_ms", "mean_ms_guarded"});
  const SubjectColumns subjects(found);
  TextTable table{.title = "Answering times", .columns = subjects.columns(), .grouped = 2};
  table.columns.insert(table.columns.end(),
                       {{"clock"}, {"mean ms", true}, {"guarded ms", true}, {"held alike ms", true}, {"n", true}});
  for (const auto& [subject, figures] : found) {
    const bool guarded = figures.whole.contains("mean_ms_guarded");
    const std::string mean = guarded ? "mean_ms_clean" : "mean_ms";
    add_row(table, subjects.cells(subject),
            concat({subject.exit_source},
                   with_state(figures, {milliseconds(figures, mean), if_there(figures, "mean_ms_guarded"),
                                        if_there(figures, "mean_ms_max_delay"), count(figures, mean)})));
  }
  table.notes = {
      "Mean time of an answer, of one sample at a time; a sample counts with the median of its repeats. Guarded: "
      "behind "
      "TimeGuard with that sigma. Held alike: every answer as late as the slowest exit, the guard that tells nothing."};
  add_last_notes(table, found, "timings");
  return table;
}

TextTable guard_table(const StudyResults& results) {
  const FiguresBySubject found = holding(results, "", {"smallest_sigma_ms"});
  const SubjectColumns subjects(found);
  TextTable table{.title = "TimeGuard", .columns = subjects.columns(), .grouped = 2};
  table.columns.insert(table.columns.end(), {{"hybrid attack"},
                                             {"original %", true},
                                             {"unguarded %", true},
                                             {"guarded %", true},
                                             {"sigma ms", true},
                                             {"tried", true}});
  for (const auto& [subject, figures] : found) {
    if (subject.is_mean()) continue;
    const bool never = std::isnan(figures.whole.at("smallest_sigma_ms").value);
    add_row(table, subjects.cells(subject),
            {subject.exit_source, percent(figures, "original_success"), percent(figures, "unguarded_success"),
             percent_with_interval(figures, "guarded_success"), never ? "none" : decimal(figures, "smallest_sigma_ms"),
             count(figures, "smallest_sigma_ms")});
  }
  table.notes = {
      "Sigma: the smallest of those tried at which the hybrid is no better, but for half a point, than the original "
      "attack, which sees no exit; 0: nor without a guard; none: no sigma tried suffices, and guarded is at the "
      "largest. guard alone: an adversary "
      "that knows of no guard; "
      "likelihood knows its density, retrained learns behind one of its own, averaging asks near-duplicates."};
  return table;
}

}  // namespace exitaudit::report
