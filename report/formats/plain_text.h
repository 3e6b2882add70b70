#pragma once
// Plain text: names from users' files, made fit for one line of a script, a page or a table.

#include <string>
#include <string_view>

namespace exitaudit::report {

/// Line ends and other control characters as spaces, bytes that are not UTF-8 as '?'.
std::string one_line(std::string_view text);

/// The same, but lines stay lines (\n); a tab stays a tab.
std::string valid_text(std::string_view text);

/// At most `width` characters; what is longer ends in "…".
std::string shortened(const std::string& text, std::size_t width);

/// The same, with "…" inside, so that beginnings and ends can be told apart.
std::string shortened_inside(const std::string& text, std::size_t width);

/// Fit for a file's name and an anchor: letters, digits, '-', '_' and '.' stay, all else becomes '-'.
std::string file_word(std::string_view text);

/// `text` with every `from` replaced by `to`.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace exitaudit::report
