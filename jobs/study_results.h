#pragma once
// Study results: what a report reads, gathered from a study's folder: its table where that is up to date, else a table
// of whatever there is; and how each result stands that should be in it.

#include <string>

#include "jobs/commands/study.h"
#include "report/study_results.h"

namespace exitaudit {

/// `file`: the study as the user named it. A damaged artifact is a result that is corrupt, no error. Throws
/// Error(kFailure), with the command that goes on, where nothing of the study is there yet.
report::StudyResults gather_results(const PlannedStudy& planned, const std::string& file);

}  // namespace exitaudit
