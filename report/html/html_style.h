#pragma once
// The style of every page.

#include <string_view>

namespace exitaudit::report {

/// CSS: light and dark, narrow and wide, on paper.
std::string_view html_style();

}  // namespace exitaudit::report
