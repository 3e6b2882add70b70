#pragma once
// The report of a study: results.csv for machines, results.md for people, the same tables for a terminal.
// Reads nothing but the rows of a table artifact.

#include <filesystem>
#include <string>
#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::report {

struct ReportInput {
  std::string study;
  std::vector<schema::TableRow> rows;
  std::vector<std::string> notes;  ///< of the whole study: its profile, the command, what is missing; one sentence each
};

/// Writes `folder`/results.csv and `folder`/results.md, each whole or not at all.
void write_report(const std::filesystem::path& folder, const ReportInput& input);

std::string markdown_report(const ReportInput& input);

/// Models, attack success, why it leaks and checks, for a terminal of 100 columns (UTF-8).
std::string terminal_report(const ReportInput& input);

}  // namespace exitaudit::report
