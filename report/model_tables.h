#pragma once
// The tables about models: what they get right, what they cost, and what leaves where.

#include <vector>

#include "report/text_table.h"
#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// Accuracy, overfitting, operations and tau of each target, and their means over exits and seeds.
TextTable models_table(const std::vector<schema::TableRow>& rows);

/// Each exit of each target: share of samples, accuracy, share of non-members.
TextTable exits_table(const std::vector<schema::TableRow>& rows);

}  // namespace exitaudit::report
