// exitaudit report: the study for people: one HTML page, CSV, Markdown, LaTeX, figures, and the terminal.

#include "report/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/study_results.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "report/formats/csv.h"
#include "report/items/item.h"
#include "report/published.h"

namespace exitaudit {
namespace {

/// report/scores/JOB.csv for each attack that is done; returns how many.
std::size_t write_scores(const PlannedStudy& planned) {
  const Study& study = planned.study;
  const Store store(study.folders.artifacts());
  std::size_t written = 0;
  for (std::size_t job = 0; job < study.graph.size(); ++job) {
    if (study.graph.job(job).stage.noun != "verdicts" || !planned.plan.decisions[job].has_artifact()) continue;
    const auto file = store.path("verdicts", study.graph.fingerprint(job));
    const schema::Verdicts verdicts = schema::read_verdicts(ArtifactReader::open(file, "verdicts"));
    replace_file(study.folders.report() / "scores" / (study.graph.job(job).id + ".csv"), report::scores_csv(verdicts));
    ++written;
  }
  return written;
}

int list_items() {
  for (const report::Item& item : report::item_list()) fmt::print("{:<12} {}\n", item.id, item.shows);
  return kExitDone;
}

}  // namespace

Action set_up_report(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto scores = std::make_shared<bool>(false);
  auto list = std::make_shared<bool>(false);
  auto only = std::make_shared<std::vector<std::string>>();
  app.get_option("STUDY")->required(false);
  app.add_flag("--scores", *scores, "also write every sample's membership score: report/scores/JOB.csv");
  app.add_flag("--list", *list, "list the paper's figures and tables that a report has");
  app.add_option("--only", *only, "make this figure or table alone, and print its table")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  return [=] {
    if (*list) return list_items();
    if (flags->file.empty()) throw BadInput("report: name a study (.yaml), or --list");
    const PlannedStudy planned = plan_study(*flags);
    const report::StudyResults results = gather_results(planned, flags->file);
    const std::filesystem::path folder = planned.study.folders.report();
    if (!only->empty()) {
      fmt::print("{}", report::write_items(folder, results, *only));
      return kExitDone;
    }
    const report::ReportContents contents = report::make_contents(results, report::read_published());
    const std::vector<std::string> told = report::write_report(folder, results, contents);
    fmt::print("{}\n{} shows all of it, figures included; beside it are results.csv, results.md and results.tex\n",
               report::terminal_report(results, contents), (folder / "index.html").string());
    for (const std::string& sentence : told) fmt::print("{}\n", sentence);
    if (*scores) fmt::print("{} attacks' scores are in {}\n", write_scores(planned), (folder / "scores").string());
    return kExitDone;
  };
}

}  // namespace exitaudit
