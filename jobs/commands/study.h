#pragma once
// What every command that takes a study shares: its flags, and the study they name.

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "jobs/experiment.h"
#include "pipeline/graph/job_graph.h"
#include "pipeline/graph/plan.h"
#include "pipeline/ledger/ledger.h"
#include "pipeline/run/study_folders.h"

namespace exitaudit {

struct StudyFlags {
  std::string file;
  std::vector<std::string> overrides;  ///< --set
  std::string root = "runs";           ///< --root
};

/// STUDY.yaml, --set and --root.
std::shared_ptr<StudyFlags> add_study_flags(CLI::App& app);

/// A study ready to be planned.
struct Study {
  Experiment experiment;
  JobGraph graph;
  StudyFolders folders;
};

/// Throws BadInput with every fault of the file.
Study open_study(const StudyFlags& flags);

/// A study, what exists of it, and what follows.
struct PlannedStudy {
  Study study;
  LedgerSummary ledger;
  Snapshot snapshot;
  Plan plan;
};
PlannedStudy plan_study(const StudyFlags& flags, const Selection& selection = {}, double heartbeat_limit_s = 60);

/// "1.2 GB"
std::string human_bytes(double bytes);

}  // namespace exitaudit
