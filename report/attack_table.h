#pragma once
// The table about attacks: how well each tells members from non-members, and whether the audit itself is sound.

#include <vector>

#include "report/text_table.h"
#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// One row for each attack on each target, and their means. An attack that was made on some target of the study and has
/// no result on another is a row of "-", and counted below. Attacks that learn the exit do not apply to one exit.
TextTable attack_table(const std::vector<schema::TableRow>& rows);

/// "original" without the exit, "hybrid" with it; "exit only" is the control.
std::string attack_name(const std::string& attack, const std::string& exit_source);

}  // namespace exitaudit::report
