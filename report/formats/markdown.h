#pragma once
// Markdown of a table: for GitHub, and readable as plain text.

#include <string>

#include "report/formats/text_table.h"

namespace exitaudit::report {

/// A heading, the table with its columns padded to equal width, and its notes as a list.
std::string to_markdown(const TextTable& table);

}  // namespace exitaudit::report
