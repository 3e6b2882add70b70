#pragma once
// The table about attacks: how well each tells members from non-members, and whether the audit itself is sound.

#include <vector>

#include "report/formats/text_table.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// One row for each attack on each target, and their means. An attack that the study asks for and that has no result is
/// a row that says why ("failed"), and counted below.
TextTable attack_table(const StudyResults& results);

/// "original" without the exit, "hybrid" with it; "exit only" is the control.
std::string attack_name(const std::string& attack, const std::string& exit_source);

}  // namespace exitaudit::report
