#pragma once
// The tables about models: what they get right, what they cost, and what leaves where.

#include "report/formats/text_table.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// Accuracy, overfitting, operations and tau of each target, and their means over exits and seeds.
TextTable models_table(const StudyResults& results);

/// Each exit of each target: share of samples, accuracy, share of non-members.
TextTable exits_table(const StudyResults& results);

}  // namespace exitaudit::report
