#pragma once
// Width of UTF-8 text in characters, and padding to it.

#include <string>
#include <string_view>
#include <vector>

#include "report/formats/text_table.h"

namespace exitaudit::report {

/// Code points, each taken as one character wide, which holds for the signs that reports use.
std::size_t text_width(std::string_view text);

/// Filled up with spaces to `width`; on the left where `right_aligned`.
std::string padded(const std::string& text, std::size_t width, bool right_aligned);

/// Of each column, its title among the cells.
std::vector<std::size_t> column_widths(const TextTable& table);

}  // namespace exitaudit::report
