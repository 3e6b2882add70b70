#pragma once
// ReportContents: what a report says, worked out once, before it is known whether it becomes HTML, Markdown, LaTeX or a
// terminal's lines.

#include <array>
#include <string>
#include <vector>

#include "report/formats/text_table.h"
#include "report/gates/gates.h"
#include "report/items/item.h"
#include "report/published.h"
#include "report/study_results.h"

namespace exitaudit::report {

struct MadeItem {
  const Item* item = nullptr;
  ItemContent content;
};

struct ReportContents {
  std::array<std::string, 3> verdict;  ///< how much leaks, what exits add, what undermines it
  std::vector<TextTable> tables;       ///< those that have rows, in reading order
  std::vector<Gate> gates;
  TextTable published;  ///< the paper's numbers beside ours; no rows where the study has none of their subjects
  std::vector<MadeItem> items;
};

ReportContents make_contents(const StudyResults& results, const std::vector<PublishedNumber>& published);

/// "12 of 96 results are not there: …", "" where all are: for the top of a report.
std::string holes_sentence(const StudyResults& results);
/// Each result that is not there, with its state and why, up to 60; the rest counted.
TextTable holes_table(const StudyResults& results);

}  // namespace exitaudit::report
