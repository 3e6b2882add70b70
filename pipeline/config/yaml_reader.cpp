#include "pipeline/config/yaml_reader.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/config/text_form.h"
#include "pipeline/config/yaml_fill.h"
#include "pipeline/config/yaml_parse.h"

namespace exitaudit {

using internal::Faults;
using internal::parse_yaml;
using internal::Place;
using internal::YamlEntry;
using internal::YamlLayer;
using internal::YamlNode;

/// A file is one layer; each override is one of its own, held against what the former ones left.
struct YamlDocument::Layers {
  std::vector<YamlLayer> all;
};

namespace {

/// How far down a tree a dotted path leads.
struct Reach {
  std::size_t characters = 0;
  const YamlNode* node = nullptr;
};

/// A dotted path starts with `key`, as a whole word; `rest` is what follows.
bool starts_with_key(std::string_view path, std::string_view key, std::string_view& rest) {
  if (!path.starts_with(key)) return false;
  rest = path.substr(key.size());
  if (rest.empty()) return true;
  if (rest.front() != '.') return false;
  rest.remove_prefix(1);
  return true;
}

/// Keys may hold dots (names of datasets), so every key that fits is tried.
Reach follow(const YamlNode& node, std::string_view path, std::size_t walked = 0) {
  Reach best{walked, &node};
  const auto descend = [&](std::string_view key, const YamlNode& child) {
    std::string_view rest;
    if (path.empty() || !starts_with_key(path, key, rest)) return;
    const Reach reach = follow(child, rest, walked + key.size() + 1);
    if (reach.characters > best.characters) best = reach;
  };
  for (const YamlEntry& entry : node.entries) descend(entry.key, entry.value);
  for (std::size_t i = 0; i < node.items.size(); ++i) descend(std::to_string(i), node.items[i]);
  return best;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> keys;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    keys.emplace_back(path.substr(start, end - start));
    start = end + 1;
  }
  return keys;
}

/// Throws BadInput where "a.b.c=value" is not of that form.
YamlLayer parse_override(const std::string& text) {
  Faults faults("--set " + text, false);
  const auto is = text.find('=');
  std::vector<std::string> keys = split_path(std::string_view(text).substr(0, is));
  const bool named = std::all_of(keys.begin(), keys.end(), internal::is_identifier);
  if (is == std::string::npos || !named) {
    faults.add({}, "expected a setting and its value, as train.epochs=5");
  } else if (keys.size() > internal::kDeepestYaml) {
    faults.add({}, fmt::format("nested deeper than {} levels", internal::kDeepestYaml));
  }
  throw_faults(faults.list());
  YamlLayer layer = parse_yaml(text.substr(is + 1), faults);
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    YamlNode parent;
    parent.kind = YamlNode::Kind::kMap;
    parent.patch = true;
    parent.entries.push_back({*key, Place(), std::move(layer.root)});
    layer.root = std::move(parent);
  }
  return layer;
}

}  // namespace

YamlDocument YamlDocument::from_file(const std::filesystem::path& path) {
  return from_text(read_file(path, internal::kLargestYaml), path.string());
}

YamlDocument YamlDocument::from_text(const std::string& text, const std::string& name) {
  auto layers = std::make_shared<Layers>();
  layers->all.push_back(parse_yaml(text, Faults(name, true)));
  return YamlDocument(std::move(layers));
}

YamlDocument YamlDocument::from_overrides(const std::vector<std::string>& overrides) {
  auto layers = std::make_shared<Layers>();
  std::vector<std::string> faults;
  for (const std::string& text : overrides) {
    try {
      layers->all.push_back(parse_override(text));
    } catch (const BadInput& fault) {
      faults.emplace_back(fault.what());
    }
  }
  throw_faults(faults);
  return YamlDocument(std::move(layers));
}

std::string YamlDocument::scalar(const std::string& key) const {
  for (auto layer = layers_->all.rbegin(); layer != layers_->all.rend(); ++layer) {
    if (const YamlEntry* entry = layer->root.find(key)) return entry->value.scalar;
  }
  return "";
}

Origin YamlDocument::origin(const std::string& path) const {
  const YamlLayer* nearest = nullptr;
  Reach best;
  for (const YamlLayer& layer : layers_->all) {
    const Reach reach = follow(layer.root, path);
    // Of equally near ones the last counts, as its value does.
    if (nearest != nullptr && reach.characters < best.characters) continue;
    nearest = &layer;
    best = reach;
  }
  return nearest == nullptr ? "--set" : nearest->faults.where(best.node->place);
}

std::vector<std::string> YamlDocument::read(const std::function<void(Fields&)>& visit) const {
  std::vector<std::string> found;
  for (const YamlLayer& layer : layers_->all) {
    Faults faults = layer.faults;
    internal::fill(layer.root, visit, faults);
    const std::vector<std::string> lines = faults.list();
    found.insert(found.end(), lines.begin(), lines.end());
  }
  return found;
}

void throw_faults(const std::vector<std::string>& faults) {
  if (!faults.empty()) throw BadInput(fmt::format("{}", fmt::join(faults, "\n")));
}

}  // namespace exitaudit
