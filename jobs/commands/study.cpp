#include "jobs/commands/study.h"

#include <fmt/format.h>

#include <array>

#include "jobs/expand.h"
#include "pipeline/artifact/store.h"
#include "pipeline/ledger/lease.h"
#include "pipeline/run/snapshot.h"

namespace exitaudit {

std::shared_ptr<StudyFlags> add_study_flags(CLI::App& app) {
  auto flags = std::make_shared<StudyFlags>();
  app.add_option("STUDY", flags->file, "the study file, as configs/demo.yaml")->required();
  app.add_option("--set", flags->overrides, "override one setting, as --set train.epochs=5; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--root", flags->root, "folder of all results; a study's lie in ROOT/<study>")->capture_default_str();
  return flags;
}

Study open_study(const StudyFlags& flags) {
  Experiment experiment = load_experiment(flags.file, flags.overrides);
  JobGraph graph(expand(experiment));
  StudyFolders folders{std::filesystem::path(flags.root) / experiment.study};
  return {std::move(experiment), std::move(graph), std::move(folders)};
}

PlannedStudy plan_study(const StudyFlags& flags, const Selection& selection, double heartbeat_limit_s) {
  Study study = open_study(flags);
  const auto launches = study.folders.ledger();
  LedgerSummary ledger = read_ledger(
      launches, [&](const std::string& launch) { return launch_alive(launches, launch, heartbeat_limit_s); });
  Snapshot snapshot = take_snapshot(study.graph, Store(study.folders.artifacts()), ledger);
  Plan plan = make_plan(study.graph, snapshot, selection);
  return {std::move(study), std::move(ledger), std::move(snapshot), std::move(plan)};
}

std::string human_bytes(double bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, kUnits[unit]);
}

}  // namespace exitaudit
