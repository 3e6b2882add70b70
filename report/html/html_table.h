#pragma once
// HTML table: a TextTable in a box that scrolls where it is wider than the page.

#include <string>
#include <vector>

#include "report/formats/text_table.h"

namespace exitaudit::report {

/// See HtmlPage::table. Grouped columns become a line of their own above their rows, as on a terminal, unless most
/// groups would have one row.
std::string html_table(const TextTable& table, int badges, const std::vector<std::string>& addresses);

}  // namespace exitaudit::report
