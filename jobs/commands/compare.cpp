// exitaudit compare: two studies side by side, A and B: what differs in their results, and in their settings.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/suggest.h"
#include "report/comparison.h"
#include "report/formats/terminal.h"

namespace exitaudit {
namespace {

struct CompareFlags {
  StudyFlags a;
  StudyFlags b;  ///< root "": A's; its overrides come after A's
  std::vector<std::string> metrics;
  bool all = false;
  std::string csv;
};

std::vector<schema::TableRow> table_rows(const PlannedStudy& planned, const StudyFlags& flags) {
  const Study& study = planned.study;
  const std::size_t job = study.graph.index_of("tabulate/all");
  if (!planned.plan.decisions[job].has_artifact()) {
    const std::string settings = flags.overrides.empty() ? "" : " --set …";
    throw Error(ErrorKind::kFailure,
                fmt::format("study {} has no table in {} yet: {} jobs are to run first; `exitaudit run {} --root {}{}` "
                            "makes it, and `exitaudit status` with the same words shows how it stands",
                            study.experiment.study, study.folders.root.string(), planned.plan.count(Verdict::kRun),
                            flags.file, flags.root, settings));
  }
  const auto file = Store(study.folders.artifacts()).path("table", study.graph.fingerprint(job));
  return schema::read_table(ArtifactReader::open(file, "table"));
}

StudyFlags flags_of_b(const CompareFlags& flags) {
  StudyFlags b = flags.b;
  if (b.root.empty()) b.root = flags.a.root;
  b.overrides.insert(b.overrides.begin(), flags.a.overrides.begin(), flags.a.overrides.end());
  return b;
}

std::vector<std::string> chosen_metrics(const CompareFlags& flags, const std::vector<report::ComparedRow>& rows) {
  if (flags.all) return {};
  const std::vector<std::string> known = report::metrics_of(rows);
  for (const std::string& metric : flags.metrics) {
    if (std::ranges::find(known, metric) != known.end()) continue;
    throw BadInput(
        fmt::format("neither study has a metric \"{}\"{}; --all shows every one", metric, did_you_mean(metric, known)));
  }
  return flags.metrics.empty() ? report::headline_metrics() : flags.metrics;
}

void print(const report::TextTable& table, const std::string& instead) {
  fmt::print("\n{}", table.rows.empty() ? instead + "\n" : report::to_terminal(table));
}

int compare_studies(const CompareFlags& flags) {
  const StudyFlags b_flags = flags_of_b(flags);
  const PlannedStudy a = plan_study(flags.a);
  const PlannedStudy b = plan_study(b_flags);
  const std::vector<report::ComparedRow> rows = report::compare_tables(table_rows(a, flags.a), table_rows(b, b_flags));
  const std::vector<std::string> metrics = chosen_metrics(flags, rows);
  const auto both = std::ranges::count_if(rows, &report::ComparedRow::in_both);
  fmt::print("A: study {} in {}\nB: study {} in {}\n{} figures are in both, {} in one of them alone\n",
             a.study.experiment.study, a.study.folders.root.string(), b.study.experiment.study,
             b.study.folders.root.string(), both, static_cast<std::ptrdiff_t>(rows.size()) - both);
  print(report::settings_table(compare(make_slice(a.study.experiment), make_slice(b.study.experiment))),
        "The two studies have the same settings.");
  print(report::comparison_table(rows, metrics),
        "No figure of these metrics is in both studies; --all shows all that are.");
  print(report::unmatched_table(rows), "Every figure of each study is in the other, too.");
  if (!flags.csv.empty()) {
    replace_file(flags.csv, report::comparison_csv(rows));
    fmt::print("\n{} holds all {} figures\n", flags.csv, rows.size());
  }
  return kExitDone;
}

}  // namespace

Action set_up_compare(CLI::App& app) {
  auto flags = std::make_shared<CompareFlags>();
  flags->b.root = "";
  const auto settings = [&](const std::string& name, std::vector<std::string>& overrides, const std::string& help) {
    app.add_option(name, overrides, help)->type_name("KEY=VALUE")->allow_extra_args(false);
  };
  app.add_option("A", flags->a.file, "a study file")->type_name("STUDY")->required();
  app.add_option("B", flags->b.file, "the study file to compare it with; may be the same")
      ->type_name("STUDY")
      ->required();
  settings("--set", flags->a.overrides, "override one setting of both, as --set train.epochs=5; may be repeated");
  settings("--set-b", flags->b.overrides, "override one setting of B alone; may be repeated");
  app.add_option("--root", flags->a.root, "folder of all results; a study's lie in ROOT/<study>")
      ->capture_default_str();
  app.add_option("--root-b", flags->b.root, "the same for B; default: --root");
  CLI::Option* metric =
      app.add_option("--metric", flags->metrics, "show this metric in place of the usual ones; may be repeated")
          ->allow_extra_args(false);
  app.add_flag("--all", flags->all, "show every metric, of shadows too")->excludes(metric);
  app.add_option("--csv", flags->csv, "write every figure of both studies, joined, to this file")->type_name("FILE");
  return [=] { return compare_studies(*flags); };
}

}  // namespace exitaudit
