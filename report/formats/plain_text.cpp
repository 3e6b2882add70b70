#include "report/formats/plain_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

/// How many bytes the character that starts here has; 0 where it is no UTF-8 (RFC 3629: no surrogates, no long forms).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool long_form = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool no_character = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return long_form || no_character ? 0 : length;
}

std::string cleaned(std::string_view text, bool keep_lines) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool kept = keep_lines && (first == '\n' || first == '\t');
    if (length == 0) {
      clean += '?';
    } else if (length == 1 && (first < 0x20 || first == 0x7F) && !kept) {
      clean += ' ';
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

}  // namespace

std::string one_line(std::string_view text) {
  return cleaned(text, false);
}

std::string valid_text(std::string_view text) {
  return cleaned(text, true);
}

std::string shortened(const std::string& text, std::size_t width) {
  if (text_width(text) <= width) return text;
  std::string_view rest = text;
  std::string kept;
  for (std::size_t taken = 0; taken + 1 < width; ++taken) {
    const std::size_t length = std::max<std::size_t>(character_length(rest), 1);
    kept += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return kept + "…";
}

std::string shortened_inside(const std::string& text, std::size_t width) {
  const std::size_t all = text_width(text);
  if (all <= width || width < 3) return shortened(text, width);
  const std::size_t tail = (width - 1) / 2;
  std::string_view rest = text;
  for (std::size_t passed = 0; passed < all - tail; ++passed) {
    rest.remove_prefix(std::max<std::size_t>(character_length(rest), 1));
  }
  return shortened(text, width - tail) + std::string(rest);
}

std::string file_word(std::string_view text) {
  std::string word(text);
  std::replace_if(
      word.begin(), word.end(),
      [](unsigned char letter) {
        const bool plain = letter < 0x80 && std::isalnum(letter) != 0;
        return !plain && letter != '-' && letter != '_' && letter != '.';
      },
      '-');
  return word;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace exitaudit::report
