#include "report/tables/attack_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "report/tables/cells.h"
#include "report/tables/figures.h"
#include "report/tables/subject_columns.h"

namespace exitaudit::report {
namespace {

bool several_shadows(const FiguresBySubject& attacks) {
  return std::any_of(attacks.begin(), attacks.end(), [](const auto& entry) { return entry.first.shadow != "same"; });
}

/// What the permuted memberships said.
std::string null_note(const FiguresBySubject& attacks) {
  std::int64_t checked = 0;
  std::int64_t permutations = 0;
  std::string failed;
  for (const auto& [subject, figures] : attacks) {
    const auto slice = figures.slices.find("null");
    if (slice == figures.slices.end() || !slice->second.contains("null_within")) continue;
    const schema::Measurement& m = slice->second.at("null_within");
    ++checked;
    permutations = std::max(permutations, m.n);
    if (m.value == 1) continue;
    failed += fmt::format("{}{}/{}/exits{} {}", failed.empty() ? "" : ", ", subject.dataset, subject.network,
                          subject.exits, attack_name(subject.attack, subject.exit_source));
  }
  if (checked == 0) return "Null check: none was made (attack.permutations is 0).";
  if (!failed.empty()) return "NULL CHECK FAILED, do not trust these figures of: " + failed + ".";
  return fmt::format(
      "Null check: passed. Judged against {} permutations of the members, {} as chance does "
      "(family-wise 99.9 % intervals).",
      permutations, checked == 1 ? "the one attack succeeds" : fmt::format("all {} attacks succeed", checked));
}

/// Why a true-positive rate is n/a, for the fewest non-members that there are.
std::string resolution_note(const FiguresBySubject& attacks) {
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (const auto& entry : attacks) {
    const auto& whole = entry.second.whole;
    for (const char* metric : {"tpr_at_fpr_1pct", "tpr_at_fpr_0.1pct"}) {
      const auto rate = whole.find(metric);
      const auto all = whole.find("attack_success");
      if (entry.first.is_mean() || rate == whole.end() || all == whole.end()) continue;
      if (std::isnan(rate->second.value)) fewest = std::min(fewest, all->second.n - rate->second.n);
    }
  }
  if (fewest <= 0 || fewest == std::numeric_limits<std::int64_t>::max()) return "";
  return fmt::format(
      "n/a: fewer non-members than 1/FPR. With {} non-members, the lowest rate of false positives that "
      "can be seen is 1/{} = {:.2g} %.",
      fewest, fewest, 100.0 / static_cast<double>(fewest));
}

std::string empty_exits_note(const FiguresBySubject& attacks) {
  std::set<std::string> models;
  for (const auto& [subject, figures] : attacks) {
    const auto found = figures.whole.find("empty_exits");
    if (subject.is_mean() || found == figures.whole.end() || found->second.value == 0) continue;
    models.insert(fmt::format("{}/{}/exits{} ({} of {})", subject.dataset, subject.network, subject.exits,
                              found->second.value, found->second.n));
  }
  if (models.empty()) return "";
  return fmt::format("Exits that no attacked sample took have no figures of their own: {}.", fmt::join(models, ", "));
}

bool any_attack(const FiguresBySubject& attacks, const std::string& metric, double above) {
  return std::ranges::any_of(attacks, [&](const auto& entry) {
    const auto found = entry.second.whole.find(metric);
    return !entry.first.is_mean() && found != entry.second.whole.end() && found->second.value > above;
  });
}

/// What a label-only attack's samples are, and its hybrid's success a mean of.
std::string label_only_note(const FiguresBySubject& attacks) {
  bool any = false;
  bool hybrid = false;
  for (const auto& entry : attacks) {
    const bool label_only = entry.first.attack == "label_only";
    any = any || label_only;
    hybrid = hybrid || (label_only && entry.first.exit_source != "none");
  }
  if (!any) return "";
  std::string note = any_attack(attacks, "natural_population", 0)
                         ? "label-only: members and others of each exit as they come."
                         : "label-only: as many members as others of each exit.";
  if (hybrid) {
    note +=
        " Its hybrid's success is the plain mean over the exits, as in the paper; bal. %, AUC and TPR are of all "
        "samples together.";
  }
  if (any_attack(attacks, "small_groups", 0)) note += " Some exits had fewer than 30 samples a side, and count.";
  return note;
}

std::vector<std::string> notes(const FiguresBySubject& attacks) {
  const auto all = std::count_if(attacks.begin(), attacks.end(), [](const auto& a) { return !a.first.is_mean(); });
  std::vector<std::string> found{
      "Positive = member. Success: share of right answers on the target's samples; chance gives 50 % where half of "
      "them "
      "are members. TPR@1%: per cent of the members that are found while at most 1 % of the non-members are accused.",
      "original: without the exit. hybrid: with the exit that answered (known: adversary 1; stolen: by the clock, "
      "adversary 2; predicted: guessed from scores, the control without a clock). exit only: the control that sees "
      "nothing but the exit. gradient: sees the "
      "whole model.",
      "[…]: 95 % intervals; Clopper-Pearson for success, stratified bootstrap (1,000 resamples) for AUC."};
  found.push_back(null_note(attacks));
  for (const std::string& note : {label_only_note(attacks), resolution_note(attacks), empty_exits_note(attacks)}) {
    if (!note.empty()) found.push_back(note);
  }
  if (all != static_cast<std::ptrdiff_t>(attacks.size())) found.push_back(means_note());
  const std::string holes = holes_note(attacks, "attack results");
  if (!holes.empty()) found.push_back(holes);
  return found;
}

std::vector<std::string> figures_cells(const Figures& figures) {
  return with_state(figures, {percent_with_interval(figures, "attack_success"), percent(figures, "balanced_accuracy"),
                              share_with_interval(figures, "auc"), percent(figures, "tpr_at_fpr_1pct"),
                              percent(figures, "tpr_at_fpr_0.1pct"), count(figures, "attack_success")});
}

}  // namespace

std::string attack_name(const std::string& attack, const std::string& exit_source) {
  if (attack == "exit_only") return "exit only";
  std::string name = attack == "label_only" ? "label-only" : attack;
  return name + (exit_source == "none" ? " original" : " hybrid");
}

TextTable attack_table(const StudyResults& results) {
  const FiguresBySubject attacks = gather_attacks(results);
  const SubjectColumns subjects(attacks);
  const bool with_shadow = several_shadows(attacks);
  TextTable table{.title = "Attack success", .columns = subjects.columns(), .grouped = 2};
  table.columns.insert(table.columns.end(), {{"attack"}, {"exit"}});
  if (with_shadow) table.columns.push_back({"shadow"});
  for (const char* title : {"success %", "bal. %", "AUC", "TPR@1%", "TPR@0.1%", "n"}) {
    table.columns.push_back({title, true});
  }
  for (const auto& [subject, figures] : attacks) {
    std::vector<std::string> row = subjects.cells(subject);
    row.insert(row.end(), {attack_name(subject.attack, subject.exit_source), subject.exit_source});
    if (with_shadow) row.push_back(subject.shadow);
    const std::vector<std::string> cells = figures_cells(figures);
    row.insert(row.end(), cells.begin(), cells.end());
    table.rows.push_back(row);
  }
  table.notes = notes(attacks);
  return table;
}

}  // namespace exitaudit::report
