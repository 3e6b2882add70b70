#include "report/attack_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "report/cells.h"
#include "report/figures.h"
#include "report/subject_columns.h"

namespace exitaudit::report {
namespace {

/// A user's recording bears only attacks on scores and known exits.
bool recordable(const Subject& model, const Subject& attack) {
  if (model.network != schema::kRecorded) return true;
  return (attack.attack == "score" || attack.attack == "exit_only") &&
         (attack.exit_source == "none" || attack.exit_source == "known");
}

/// Noise and guards are swept on a study's deepest models alone.
bool is_sweep(const std::string& exit_source) {
  return exit_source.find("/noise=") != std::string::npos || exit_source.find("/guard=") != std::string::npos;
}

/// Puts an empty entry where an attack of the study has no result on one of its targets; returns how many.
std::int64_t add_holes(FiguresBySubject& attacks, const FiguresBySubject& models) {
  std::set<Subject> kinds;
  for (const auto& entry : attacks) {
    Subject kind = entry.first;
    kind.dataset.clear();
    kind.network.clear();
    kind.exits = kind.seed = 1;
    kinds.insert(kind);
  }
  std::int64_t holes = 0;
  for (const auto& entry : models) {
    const Subject& model = entry.first;
    if (model.is_mean()) continue;
    for (Subject expected : kinds) {
      const bool applies = (model.exits > 1 || expected.exit_source == "none") && !is_sweep(expected.exit_source);
      const bool same_shadow = expected.shadow.empty() || expected.shadow == "same";
      if (!applies || !same_shadow || !recordable(model, expected)) continue;
      expected.dataset = model.dataset;
      expected.network = model.network;
      expected.exits = model.exits;
      expected.seed = model.seed;
      if (attacks.try_emplace(expected).second) ++holes;
    }
  }
  return holes;
}

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

/// What a label-only hybrid's success is a mean of.
std::string label_only_note(const FiguresBySubject& attacks) {
  const bool hybrid = std::any_of(attacks.begin(), attacks.end(), [](const auto& entry) {
    return entry.first.attack == "label_only" && entry.first.exit_source != "none";
  });
  if (!hybrid) return "";
  return "label-only: as many members as others of each exit. Its hybrid's success is the plain mean over the exits, "
         "as "
         "in the paper; bal. %, AUC and TPR are of all samples together.";
}

std::vector<std::string> notes(const FiguresBySubject& attacks, std::int64_t holes) {
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
  if (holes > 0) {
    found.push_back(fmt::format("\"-\": missing, {} of {} attack results; `exitaudit status` says why.", holes, all));
  }
  return found;
}

std::vector<std::string> figures_cells(const Figures& figures) {
  return {percent_with_interval(figures, "attack_success"),
          percent(figures, "balanced_accuracy"),
          share_with_interval(figures, "auc"),
          percent(figures, "tpr_at_fpr_1pct"),
          percent(figures, "tpr_at_fpr_0.1pct"),
          count(figures, "attack_success")};
}

}  // namespace

std::string attack_name(const std::string& attack, const std::string& exit_source) {
  if (attack == "exit_only") return "exit only";
  std::string name = attack == "label_only" ? "label-only" : attack;
  return name + (exit_source == "none" ? " original" : " hybrid");
}

TextTable attack_table(const std::vector<schema::TableRow>& rows) {
  FiguresBySubject attacks = gather_attacks(rows);
  const std::int64_t holes = add_holes(attacks, gather_models(rows));
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
  table.notes = notes(attacks, holes);
  return table;
}

}  // namespace exitaudit::report
