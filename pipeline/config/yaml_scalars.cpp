#include "pipeline/config/yaml_scalars.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "pipeline/base/suggest.h"
#include "pipeline/config/text_form.h"

namespace exitaudit::internal {
namespace {

bool is_scalar(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar;
}
bool is_plain(const YamlNode& node) {
  return is_scalar(node) && !node.quoted;
}

/// "from 1 to 6", "of at least 1", "above 0", ...; "" where everything is allowed.
std::string limits(bool has_low, const std::string& low, bool open_low, bool has_high, const std::string& high) {
  if (!has_low) return has_high ? fmt::format(" of at most {}", high) : "";
  if (open_low) return has_high ? fmt::format(" above {} and up to {}", low, high) : fmt::format(" above {}", low);
  return has_high ? fmt::format(" from {} to {}", low, high) : fmt::format(" of at least {}", low);
}

std::string expectation(IntegerRange range) {
  const IntegerRange all;
  return "an integer" + limits(range.low != all.low, std::to_string(range.low), false, range.high != all.high,
                               std::to_string(range.high));
}

std::string expectation(RealRange range) {
  const RealRange all;
  return "a number" +
         limits(range.low > all.low, shortest(range.low), range.open_low, range.high < all.high, shortest(range.high));
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool has_leading_zero(std::string_view text) {
  const std::string_view digits = without_sign(text);
  return digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

bool is_based(std::string_view text) {
  const std::string_view digits = without_sign(text);
  return digits.size() > 1 && digits[0] == '0' && std::string_view("xXoObB").find(digits[1]) != std::string_view::npos;
}

/// Why a scalar that may look like a number is not taken as one; "" where there is nothing to say.
std::string number_hint(const YamlNode& node, bool whole) {
  if (!is_scalar(node)) return "";
  const std::string_view text = node.scalar;
  const bool starts_as_number = text.find_first_of("0123456789") == text.size() - without_sign(text).size();
  if (!starts_as_number) return "";
  if (node.quoted) return "; write it without quotes";
  if (is_based(text)) return "; write it in decimal";
  if (has_leading_zero(text)) return "; write it without leading zeros";
  if (text.find('_') != std::string_view::npos) return "; write it without \"_\"";
  if (text.starts_with('+')) return "; write it without \"+\"";
  if (whole && text.find_first_of("eE.") != std::string_view::npos)
    return "; write all its digits, without \".\" and \"e\"";
  return "";
}

template <class T>
bool parse_whole(std::string_view text, T& value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

/// from_chars, without what other YAML readers would read differently.
template <class T>
bool parse_number(const YamlNode& node, T& value) {
  return is_plain(node) && !has_leading_zero(node.scalar) && parse_whole(node.scalar, value);
}

template <class Range>
std::string not_a_number(const YamlNode& node, Range range, bool whole) {
  return fmt::format("expected {}, got {}{}", expectation(range), node.description(), number_hint(node, whole));
}

}  // namespace

std::string parse_boolean(const YamlNode& node, bool& value) {
  if (is_plain(node) && (node.scalar == "true" || node.scalar == "false")) {
    value = node.scalar == "true";
    return "";
  }
  const char* without_quotes = is_scalar(node) && node.quoted ? ", without quotes" : "";
  return fmt::format("expected a boolean, got {}; write true or false{}", node.description(), without_quotes);
}

std::string parse_integer(const YamlNode& node, IntegerRange range, std::int64_t& value) {
  std::int64_t number = 0;
  if (!parse_number(node, number) || number < range.low || number > range.high) return not_a_number(node, range, true);
  value = number;
  return "";
}

std::string parse_real(const YamlNode& node, RealRange range, double& value) {
  double number = 0;
  const bool inside = parse_number(node, number) && std::isfinite(number) && number >= range.low &&
                      number <= range.high && !(range.open_low && number == range.low);
  if (!inside) return not_a_number(node, range, false);
  value = number;
  return "";
}

std::string parse_text(const YamlNode& node, std::string& value) {
  if (!is_scalar(node)) return fmt::format("expected a text, got {}", node.description());
  value = node.scalar;
  return "";
}

std::string parse_choice(const YamlNode& node, std::span<const std::string_view> names, int& index) {
  const auto found = is_scalar(node) ? std::find(names.begin(), names.end(), node.scalar) : names.end();
  if (found != names.end()) {
    index = static_cast<int>(found - names.begin());
    return "";
  }
  const std::vector<std::string> candidates(names.begin(), names.end());
  const bool short_word = is_scalar(node) && node.scalar.size() <= 100;
  return fmt::format("expected one of {}, got {}{}", fmt::join(names, ", "), node.description(),
                     short_word ? did_you_mean(node.scalar, candidates) : "");
}

}  // namespace exitaudit::internal
