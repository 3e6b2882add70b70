#pragma once
// CSV, for machines: every row of a study's table, and on request every sample's membership score.

#include <string>
#include <vector>

#include "stages/schema/measurement.h"
#include "stages/schema/verdicts.h"

namespace exitaudit::report {

/// A header and one line a row. Quoted as RFC 4180 says, lines end in \n; numbers in full (%.17g); empty where a number
/// is not available, where `exits` is averaged over exits (0) and where `seed` is averaged over seeds (-1).
std::string to_csv(const std::string& study, const std::vector<schema::TableRow>& rows);

/// What one attack says of each sample it judged: index, member, label, exit, correct, score, decision; one line a
/// sample in the order of the verdicts, scores in full (%.17g).
std::string scores_csv(const schema::Verdicts& verdicts);

}  // namespace exitaudit::report
