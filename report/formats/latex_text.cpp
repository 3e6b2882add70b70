// Any text as LaTeX text.
#include <cctype>
#include <map>
#include <string_view>
#include <utility>

#include "report/formats/latex.h"
#include "report/formats/plain_text.h"

namespace exitaudit::report {
namespace {

const std::map<std::string_view, std::string_view>& signs() {
  static const std::map<std::string_view, std::string_view> table{
      {"\\", "\\textbackslash{}"},
      {"{", "\\{"},
      {"}", "\\}"},
      {"$", "\\$"},
      {"&", "\\&"},
      {"#", "\\#"},
      {"%", "\\%"},
      {"_", "\\_"},
      {"^", "\\textasciicircum{}"},
      {"~", "\\textasciitilde{}"},
      {"<", "$<$"},
      {">", "$>$"},
      {"|", "$|$"},
      {"±", "$\\pm$"},
      {"×", "$\\times$"},
      {"·", "$\\cdot$"},
      {"−", "$-$"},
      {"≤", "$\\le$"},
      {"≥", "$\\ge$"},
      {"≈", "$\\approx$"},
      {"≠", "$\\ne$"},
      {"→", "$\\to$"},
      {"∞", "$\\infty$"},
      {"√", "$\\surd$"},
      {"°", "$^\\circ$"},
      {"²", "$^2$"},
      {"³", "$^3$"},
      {"µ", "$\\mu$"},
      {"μ", "$\\mu$"},
      {"σ", "$\\sigma$"},
      {"τ", "$\\tau$"},
      {"ε", "$\\varepsilon$"},
      {"Δ", "$\\Delta$"},
      {"†", "$\\dagger$"},
      {"‡", "$\\ddagger$"},
      {"§", "\\S{}"},
      {"…", "\\ldots{}"},
      {"–", "--"},
      {"—", "---"},
      {"‘", "`"},
      {"’", "'"},
      {"“", "``"},
      {"”", "''"},
      {"\u00a0", "~"},
      {"\u202f", "\\,"},
  };
  return table;
}

/// Letters that LaTeX's usual font encoding (OT1) has not, by their nearest.
const std::map<std::string_view, std::string_view>& near_letters() {
  static const std::map<std::string_view, std::string_view> table{
      {"Ą", "A"}, {"ą", "a"}, {"Ð", "D"}, {"ð", "d"},  {"Đ", "D"},  {"đ", "d"}, {"Ę", "E"}, {"ę", "e"}, {"Ħ", "H"},
      {"ħ", "h"}, {"Į", "I"}, {"į", "i"}, {"ĸ", "k"},  {"Ŀ", "L"},  {"ŀ", "l"}, {"ŉ", "n"}, {"Ŋ", "N"}, {"ŋ", "n"},
      {"ſ", "s"}, {"Ŧ", "T"}, {"ŧ", "t"}, {"Þ", "Th"}, {"þ", "th"}, {"Ų", "U"}, {"ų", "u"}};
  return table;
}

/// The next character of valid UTF-8.
std::string_view first_character(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return text.substr(0, length);
}

/// Latin letters with accents, U+00C0 to U+017F: inputenc knows them.
bool is_latin_letter(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  return character.size() == 2 && first >= 0xC3 && first <= 0xC5;
}

std::string latex_character(std::string_view character) {
  for (const auto* table : {&signs(), &near_letters()}) {
    const auto found = table->find(character);
    if (found != table->end()) return std::string(found->second);
  }
  return character.size() == 1 || is_latin_letter(character) ? std::string(character) : "?";
}

bool is_digit(char letter) {
  return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

/// "-3.9" and "[-.5", but not "1-6" nor "label-only".
bool is_minus(std::string_view before, std::string_view rest) {
  const bool begins = before.empty() || before == " " || before == "[" || before == "(";
  return begins && !rest.empty() && (is_digit(rest.front()) || rest.front() == '.');
}

/// The characters that typewriter type has, but no mathematics: \{ would be of another font there.
std::string latex_code(std::string_view character) {
  if (character == "{") return "\\char123{}";
  if (character == "}") return "\\char125{}";
  return latex_character(character);
}

/// Text outside code, character by character.
class LatexWriter {
 public:
  /// `rest`: what comes after it, of which an exponent is taken.
  std::string write(std::string_view character, std::string_view& rest) {
    const std::string_view before = std::exchange(before_, character);
    if (character == "\"") return std::exchange(quote_, !quote_) ? "''" : "``";
    if (character == " " && rest.starts_with('%')) return "~";
    if (character == "-" && is_minus(before, rest)) return "$-$";
    if (character == "^" && !rest.empty() && is_digit(rest.front())) return "$^{" + take_digits(rest) + "}$";
    return latex_character(character);
  }
  /// Something else stands before the next character.
  void after(std::string_view character) { before_ = character; }

 private:
  static std::string take_digits(std::string_view& rest) {
    std::string digits;
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) digits += rest.front();
    return digits;
  }

  std::string_view before_;
  bool quote_ = false;
};

}  // namespace

std::string latex_text(const std::string& raw) {
  const std::string clean = one_line(raw);
  std::string_view rest = clean;
  std::string text;
  LatexWriter writer;
  bool code = false;
  while (!rest.empty()) {
    const std::string_view character = first_character(rest);
    rest.remove_prefix(character.size());
    if (character == "`" && (code || rest.find('`') != std::string_view::npos)) {
      code = !code;
      writer.after("`");
      text += code ? "\\texttt{" : "}";
    } else {
      text += code ? latex_code(character) : writer.write(character, rest);
    }
  }
  return text;
}

}  // namespace exitaudit::report
