#pragma once
// results.csv: every row of a study's table, for machines.

#include <string>
#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// A header and one line a row. Quoted as RFC 4180 says, lines end in \n; numbers in full (%.17g); empty where a number
/// is not available, where `exits` is averaged over exits (0) and where `seed` is averaged over seeds (-1).
std::string to_csv(const std::string& study, const std::vector<schema::TableRow>& rows);

}  // namespace exitaudit::report
