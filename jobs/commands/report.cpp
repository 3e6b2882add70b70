// exitaudit report: the study's table for people: CSV, Markdown, and the terminal.

#include "report/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/version.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "report/csv.h"

namespace exitaudit {
namespace {

std::filesystem::path table_of(const PlannedStudy& planned, const std::string& file) {
  const Study& study = planned.study;
  const std::size_t job = study.graph.index_of("tabulate/all");
  const Verdict verdict = planned.plan.decisions[job].verdict;
  if (verdict != Verdict::kDone && verdict != Verdict::kUnless) {
    throw Error(ErrorKind::kFailure,
                fmt::format("study {} has no table yet: {} jobs are to run first; `exitaudit run {}` does, and "
                            "`exitaudit status {}` shows how it stands",
                            study.experiment.study, planned.plan.count(Verdict::kRun), file, file));
  }
  return Store(study.folders.artifacts()).path("table", study.graph.fingerprint(job));
}

std::vector<std::string> notes(const Experiment& experiment) {
  if (experiment.axes.empty()) {
    return {fmt::format("Profile {}. Answers that a system of yours recorded; networks of ours were not asked.",
                        experiment.profile)};
  }
  const bool narrow = experiment.network.width != 1;
  std::vector<std::string> found{
      fmt::format("Profile {}, {} epochs, {} and {} thread(s) per worker.", experiment.profile, experiment.train.epochs,
                  kPrecisionNames[static_cast<std::size_t>(experiment.train.precision)], experiment.execution.threads)};
  if (narrow) found.push_back(fmt::format("Networks have {} times the paper's width.", experiment.network.width));
  if (experiment.split.samples_per_part > 0) {
    found.push_back(fmt::format("Each part has {} samples.", experiment.split.samples_per_part));
  }
  return found;
}

/// report/scores/JOB.csv for each attack that is done; returns how many.
std::size_t write_scores(const PlannedStudy& planned) {
  const Study& study = planned.study;
  const Store store(study.folders.artifacts());
  std::size_t written = 0;
  for (std::size_t job = 0; job < study.graph.size(); ++job) {
    const Verdict verdict = planned.plan.decisions[job].verdict;
    const bool exists = verdict == Verdict::kDone || verdict == Verdict::kUnless;
    if (study.graph.job(job).stage.noun != "verdicts" || !exists) continue;
    const auto file = store.path("verdicts", study.graph.fingerprint(job));
    const schema::Verdicts verdicts = schema::read_verdicts(ArtifactReader::open(file, "verdicts"));
    replace_file(study.folders.report() / "scores" / (study.graph.job(job).id + ".csv"), report::scores_csv(verdicts));
    ++written;
  }
  return written;
}

}  // namespace

Action set_up_report(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto scores = std::make_shared<bool>(false);
  app.add_flag("--scores", *scores, "also write every sample's membership score: report/scores/JOB.csv");
  return [=] {
    const PlannedStudy planned = plan_study(*flags);
    report::ReportInput input;
    input.study = planned.study.experiment.study;
    input.rows = schema::read_table(ArtifactReader::open(table_of(planned, flags->file), "table"));
    input.notes = notes(planned.study.experiment);
    const std::filesystem::path folder = planned.study.folders.report();
    report::write_report(folder, input);
    fmt::print("{}\n{} and {} hold all of it\n", report::terminal_report(input), (folder / "results.md").string(),
               (folder / "results.csv").string());
    if (*scores) fmt::print("{} attacks' scores are in {}\n", write_scores(planned), (folder / "scores").string());
    return kExitDone;
  };
}

}  // namespace exitaudit
