#pragma once
// The tables about causes: what members and non-members look like to the model, and how well its exits know themselves.

#include "report/formats/text_table.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// "Why it leaks": overfitting, divergence of losses and share of non-members of each target, and their means over
/// exits and seeds. Empty where nothing was characterized.
TextTable leak_table(const StudyResults& results);

/// Calibration error and overthinking of each target; empty where nothing was characterized.
TextTable answers_table(const StudyResults& results);

}  // namespace exitaudit::report
