#include "report/html/html_text.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "report/formats/plain_text.h"

namespace exitaudit::report {
namespace {

/// What may stand before the name of an id inside a tag: its definition, or a reference to it.
constexpr std::array<std::string_view, 7> kBeforeId{" id='", " id=\"", "href='#", "href=\"#",
                                                    "url(#", "url('#", "url(\"#"};

std::string prefixed_tag(std::string tag, const std::string& prefix) {
  for (const std::string_view before : kBeforeId) tag = replaced(tag, before, std::string(before) + prefix);
  return tag;
}

/// Ids are looked for in tags alone; between them is text, which may say anything.
std::string prefixed_ids(std::string_view svg, const std::string& prefix) {
  std::string text;
  while (!svg.empty()) {
    const std::size_t begin = std::min(svg.find('<'), svg.size());
    text += svg.substr(0, begin);
    const std::size_t end = svg.find('>', begin);
    if (begin == svg.size() || end == std::string_view::npos) break;
    std::string tag(svg.substr(begin, end + 1 - begin));
    for (char& letter : tag) letter = letter == '\n' || letter == '\t' ? ' ' : letter;
    text += prefixed_tag(std::move(tag), prefix);
    svg.remove_prefix(end + 1);
  }
  return text;
}

/// Without the elements of that name. gnuplot's are "gnuplot_plot_1": tooltips that say nothing.
std::string without(std::string text, const std::string& element) {
  const std::string open = "<" + element + ">";
  const std::string close = "</" + element + ">";
  for (std::size_t begin = text.find(open); begin != std::string::npos; begin = text.find(open, begin)) {
    const std::size_t end = text.find(close, begin);
    if (end == std::string::npos) break;
    text.erase(begin, end + close.size() - begin);
  }
  return text;
}

}  // namespace

std::string html_escaped(std::string_view raw) {
  std::string text;
  for (const char letter : valid_text(raw)) {
    switch (letter) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += letter;
    }
  }
  return text;
}

std::string html_inline(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const std::size_t open = raw.find('`');
    const std::size_t close = open == std::string_view::npos ? open : raw.find('`', open + 1);
    if (close == std::string_view::npos) break;
    text +=
        html_escaped(raw.substr(0, open)) + "<code>" + html_escaped(raw.substr(open + 1, close - open - 1)) + "</code>";
    raw.remove_prefix(close + 1);
  }
  return text + html_escaped(raw);
}

std::string anchor_of(std::string_view text) {
  std::string anchor;
  for (const char raw : text) {
    const auto letter = static_cast<unsigned char>(raw);
    const bool plain = letter < 0x80 && std::isalnum(letter) != 0;
    if (plain) {
      anchor += static_cast<char>(std::tolower(letter));
    } else if (!anchor.empty() && anchor.back() != '-') {
      anchor += '-';
    }
  }
  while (!anchor.empty() && anchor.back() == '-') anchor.pop_back();
  return anchor.empty() ? "section" : anchor;
}

std::string inline_svg(std::string_view svg, const std::string& prefix, const std::string& title) {
  const std::size_t begin = svg.find("<svg");
  const std::size_t end = svg.rfind("</svg>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return "";
  std::string text = prefixed_ids(svg.substr(begin, end + 6 - begin), prefix);
  text = without(without(std::move(text), "title"), "desc");
  return fmt::format("<svg role=\"img\" aria-label=\"{}\"{}", html_escaped(one_line(title)), text.substr(4));
}

}  // namespace exitaudit::report
