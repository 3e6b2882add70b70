#pragma once
// The same tables, aligned for a terminal.

#include <string>

#include "report/formats/text_table.h"

namespace exitaudit::report {

inline constexpr std::size_t kTerminalColumns = 100;

/// Grouped columns become a heading above their rows; notes are wrapped. A table that is wider than `width` has its
/// columns moved together and is then left as wide as it is: nothing is cut off.
std::string to_terminal(const TextTable& table, std::size_t width = kTerminalColumns);

/// Words in lines of at most `width` characters, the first line behind `first`, the others behind as many spaces.
std::string wrapped(const std::string& text, const std::string& first = "", std::size_t width = kTerminalColumns);

}  // namespace exitaudit::report
