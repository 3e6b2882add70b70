#pragma once
// Scalars read strictly: what YAML readers guess about (octal, yes/no, 1_000, quoted numbers) is refused with a hint.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/config/fields.h"
#include "pipeline/config/yaml_tree.h"

namespace exitaudit::internal {

// Each sets `value` and returns "", or leaves it and returns the fault: `expected an integer from 1 to 6, got "7"`.
std::string parse_boolean(const YamlNode& node, bool& value);
std::string parse_integer(const YamlNode& node, IntegerRange range, std::int64_t& value);
std::string parse_real(const YamlNode& node, RealRange range, double& value);
std::string parse_text(const YamlNode& node, std::string& value);
std::string parse_choice(const YamlNode& node, std::span<const std::string_view> names, int& index);

}  // namespace exitaudit::internal
