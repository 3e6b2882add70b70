#pragma once
// The report of a study: index.html and a page a model for people, results.csv for machines, results.md and results.tex
// for repositories and papers, the figures with their data and scripts; the main tables for a terminal.

#include <filesystem>
#include <string>
#include <vector>

#include "report/contents.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// Writes into `folder`: index.html, models/*.html, figures/*, results.{csv,md,tex}, each whole or not at all. What an
/// earlier report left in figures/ and models/ goes. Returns what the user should know: that gnuplot is missing, ….
/// The last three files are the same bytes for the same results.
std::vector<std::string> write_report(const std::filesystem::path& folder, const StudyResults& results,
                                      const ReportContents& contents);

/// Makes these items alone: their charts into `folder`/figures; returns their tables and findings for a terminal.
/// Throws BadInput where there is no such item.
std::string write_items(const std::filesystem::path& folder, const StudyResults& results,
                        const std::vector<std::string>& ids);

std::string markdown_report(const StudyResults& results, const ReportContents& contents);

/// The verdict and the tables but for details, for a terminal of 100 columns (UTF-8).
std::string terminal_report(const StudyResults& results, const ReportContents& contents);

}  // namespace exitaudit::report
