#pragma once
// The Fields visitor that moves what a YAML tree says into options structs and notes every fault on the way.

#include "pipeline/config/fields.h"
#include "pipeline/config/yaml_tree.h"

namespace exitaudit::internal {

/// Holds the layer's tree against what `visit` describes; only fields that are written change.
/// Faults of keys and values are added to `faults`.
void fill(const YamlNode& root, const std::function<void(Fields&)>& visit, Faults& faults);

}  // namespace exitaudit::internal
