#pragma once
// The checklist: what every study checks of itself, and whether it passed.

#include <vector>

#include "report/formats/text_table.h"
#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// One row a check that the table holds results of: what it says, "passed" or "FAILED", and how often it was looked at.
/// Failures are named below. No rows where nothing was checked.
TextTable checks_table(const std::vector<schema::TableRow>& rows);

}  // namespace exitaudit::report
