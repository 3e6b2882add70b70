#pragma once
// HTML text: escaping, anchors, and a gnuplot SVG made fit to stand in a page among others.

#include <string>
#include <string_view>

namespace exitaudit::report {

/// For text and for attributes in double quotes.
std::string html_escaped(std::string_view text);

/// The same; `words` between backquotes become <code>.
std::string html_inline(std::string_view text);

/// "Attack success" -> "attack-success".
std::string anchor_of(std::string_view text);

/// The <svg> element of an SVG file with every id, and every reference to one, prefixed by `prefix`, so that several
/// can stand on a page; `title` names it for those who cannot see it. "" where there is no such element.
std::string inline_svg(std::string_view svg, const std::string& prefix, const std::string& title);

}  // namespace exitaudit::report
