#pragma once
// Strict YAML: every fault of a file is reported at once as file:line:col, with what was expected.
//
// Unknown and duplicate keys, wrong types, values out of range, deep nesting, alias bombs, binary and huge
// files are faults. Only the fields that are present are overwritten, so that files can be layered:
// defaults < profile < study < --set.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit {

/// Where a value was written, for later checks: "configs/x.yaml:14:3".
using Origin = std::string;

/// One parsed file (or the --set overrides), not yet held against any struct.
class YamlDocument {
 public:
  /// Parses; throws BadInput with the text's faults (syntax, size, nesting, anchors, tags). Duplicate keys are
  /// reported by read(), together with unknown ones.
  static YamlDocument from_file(const std::filesystem::path& path);
  /// `name` stands for the file in messages.
  static YamlDocument from_text(const std::string& text, const std::string& name);
  /// "train.epochs=5" and so on; later ones win. A path that goes through a list takes an index, one through a map of
  /// blocks a name: "attacks.0.kind=score", "datasets.mine.classes=5"; it changes that element and leaves the others.
  static YamlDocument from_overrides(const std::vector<std::string>& overrides);

  /// The scalar at a top-level key, or "": for the one key that must be known before the rest ("profile").
  std::string scalar(const std::string& key) const;
  /// Origin of the value at a path ("train.epochs"), or of its nearest written ancestor.
  Origin origin(const std::string& path) const;

  /// Fills what `visit` describes. Returns the faults, each "file:line:col: sentence"; empty if all is well.
  std::vector<std::string> read(const std::function<void(Fields&)>& visit) const;

 private:
  struct Layers;
  explicit YamlDocument(std::shared_ptr<const Layers> layers) : layers_(std::move(layers)) {}
  std::shared_ptr<const Layers> layers_;
};

/// Throws BadInput with all faults, one a line, if there are any.
void throw_faults(const std::vector<std::string>& faults);

/// The struct as YAML again, defaults included: the resolved study that `show` prints.
std::string write_yaml(const std::function<void(Fields&)>& visit);

}  // namespace exitaudit
