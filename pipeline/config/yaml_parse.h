#pragma once
// Text to tree, for texts that may be hostile: size, depth and kinds of content are limited before anything is built.

#include <string>

#include "pipeline/config/yaml_tree.h"

namespace exitaudit::internal {

inline constexpr std::size_t kLargestYaml = std::size_t{1} << 20;  ///< bytes
inline constexpr std::size_t kDeepestYaml = 32;                    ///< blocks and lists within each other

/// Throws BadInput, one fault a line, where the text is too large, not text, not YAML, too deep, or uses anchors,
/// aliases, merge keys, tags or several documents. Duplicate keys are left in the layer's faults.
YamlLayer parse_yaml(const std::string& text, Faults faults);

}  // namespace exitaudit::internal
