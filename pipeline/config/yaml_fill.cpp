#include "pipeline/config/yaml_fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "pipeline/base/suggest.h"
#include "pipeline/config/text_form.h"
#include "pipeline/config/yaml_scalars.h"

namespace exitaudit::internal {
namespace {

using Kind = YamlNode::Kind;

bool parse_place(const std::string& text, std::size_t& index) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

/// One block: the fields asked for are the keys it knows.
class FillFields final : public Fields {
 public:
  /// `path` of the block: "" or "train".
  FillFields(const YamlNode& block, std::string path, Faults& faults)
      : block_(block), path_(std::move(path)), faults_(faults) {}

  void boolean(std::string_view name, bool& value, std::string_view /*help*/) override {
    scalar(name, value, parse_boolean);
  }
  void integer(std::string_view name, std::int64_t& value, IntegerRange range, std::string_view /*help*/) override {
    scalar(name, value, [&](const YamlNode& node, std::int64_t& out) { return parse_integer(node, range, out); });
  }
  void real(std::string_view name, double& value, RealRange range, std::string_view /*help*/) override {
    scalar(name, value, [&](const YamlNode& node, double& out) { return parse_real(node, range, out); });
  }
  void optional_real(std::string_view name, std::optional<double>& value, RealRange range,
                     std::string_view /*help*/) override {
    scalar(name, value, [&](const YamlNode& node, std::optional<double>& out) -> std::string {
      if (node.kind == Kind::kNull) {
        out.reset();
        return "";
      }
      return parse_real(node, range, out.emplace());
    });
  }
  void text(std::string_view name, std::string& value, std::string_view /*help*/) override {
    scalar(name, value, parse_text);
  }
  void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                    std::string_view /*help*/) override {
    scalar(name, index, [&](const YamlNode& node, int& out) { return parse_choice(node, names, out); });
  }

  void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange range,
                std::string_view /*help*/) override {
    list(name, values, [&](const YamlNode& node, std::int64_t& out) { return parse_integer(node, range, out); });
  }
  void reals(std::string_view name, std::vector<double>& values, RealRange range, std::string_view /*help*/) override {
    list(name, values, [&](const YamlNode& node, double& out) { return parse_real(node, range, out); });
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view /*help*/) override {
    list(name, values, parse_text);
  }
  void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                      std::string_view /*help*/) override {
    list(name, indices, [&](const YamlNode& node, int& out) { return parse_choice(node, names, out); });
  }

  void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view /*help*/) override {
    if (const YamlEntry* entry = take(name)) fill_block(entry->value, path(name), visit);
  }

  void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view /*help*/) override {
    const YamlEntry* entry = take(name);
    if (entry == nullptr) return;
    const YamlNode& node = entry->value;
    if (node.patch) return patch(node, path(name), form, list);
    if (form == ListForm::kMap) return fill_map(node, path(name), list);
    const bool one_block = form == ListForm::kListOrBlock && node.kind != Kind::kList;
    if (one_block && node.kind == Kind::kNull) return;
    if (one_block && node.kind == Kind::kMap) {
      list.resize(1);
      return fill_block(node, path(name), [&](Fields& f) { list.visit(0, f); });
    }
    fill_list(node, path(name), list);
  }

  /// To be called when all fields have been visited.
  void refuse_unknown_keys() {
    for (const YamlEntry& entry : block_.entries) {
      if (taken_.contains(&entry)) continue;
      faults_.add(entry.place, faults_.full() ? "" : unknown_key(entry.key));
    }
  }

 private:
  std::string path(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
  }

  void add(Place place, const std::string& path, const std::string& sentence) {
    faults_.add(place, fmt::format("{}: {}", path, sentence));
  }

  const YamlEntry* take(std::string_view name) {
    known_.emplace_back(name);
    const YamlEntry* entry = block_.find(name);
    if (entry != nullptr) taken_.insert(entry);
    return entry;
  }

  std::string unknown_key(const std::string& key) const {
    std::string advice = key.size() <= 100 ? did_you_mean(key, known_) : "";
    if (advice.empty()) advice = fmt::format("; known here: {}", fmt::join(known_, ", "));
    const std::string within = path_.empty() ? "" : " in " + path_;
    return fmt::format("unknown key {}{}{}", quoted_briefly(key), within, advice);
  }

  template <class T, class Parse>
  void scalar(std::string_view name, T& value, Parse parse) {
    const YamlEntry* entry = take(name);
    if (entry == nullptr) return;
    T parsed = value;
    const std::string fault = parse(entry->value, parsed);
    if (!fault.empty()) return add(entry->value.place, path(name), fault);
    value = std::move(parsed);
  }

  template <class T, class Parse>
  void list(std::string_view name, std::vector<T>& values, Parse parse) {
    const YamlEntry* entry = take(name);
    if (entry == nullptr || !is_list(entry->value, path(name))) return;
    std::vector<T> parsed(entry->value.items.size());
    bool good = true;
    for (std::size_t i = 0; i < parsed.size(); ++i) {
      const YamlNode& item = entry->value.items[i];
      const std::string fault = parse(item, parsed[i]);
      if (!fault.empty()) add(item.place, fmt::format("{}.{}", path(name), i), fault);
      good = good && fault.empty();
    }
    if (good) values = std::move(parsed);
  }

  bool is_list(const YamlNode& node, const std::string& path) {
    if (node.kind == Kind::kList) return true;
    std::string advice;
    if (node.kind == Kind::kNull) advice = "; write [] for an empty list";
    if (node.kind == Kind::kScalar && is_identifier(node.scalar)) advice = fmt::format("; write [{}]", node.scalar);
    if (node.patch) advice = "; such a list is set as a whole";
    add(node.place, path, fmt::format("expected a list in brackets, got {}{}", node.description(), advice));
    return false;
  }

  void fill_block(const YamlNode& node, const std::string& path, const std::function<void(Fields&)>& visit) {
    if (node.kind == Kind::kNull) return;
    if (node.kind != Kind::kMap) {
      return add(node.place, path, fmt::format("expected a block of settings, got {}", node.description()));
    }
    FillFields inner(node, path, faults_);
    visit(inner);
    inner.refuse_unknown_keys();
  }

  void fill_list(const YamlNode& node, const std::string& path, const BlockList& list) {
    if (node.kind != Kind::kList) {
      const char* advice = node.kind == Kind::kNull ? "; write [] for an empty list" : "";
      return add(node.place, path, fmt::format("expected a list of blocks, got {}{}", node.description(), advice));
    }
    list.resize(node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      fill_block(node.items[i], fmt::format("{}.{}", path, i), [&](Fields& f) { list.visit(i, f); });
    }
  }

  void fill_map(const YamlNode& node, const std::string& path, const BlockList& list) {
    if (node.kind == Kind::kNull) return;
    if (node.kind != Kind::kMap) {
      return add(node.place, path, fmt::format("expected a block of names, got {}", node.description()));
    }
    list.resize(node.entries.size());
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const YamlEntry& entry = node.entries[i];
      *list.key(i) = entry.key;
      if (!is_identifier(entry.key)) {
        add(entry.place, path,
            fmt::format("expected a name of letters, digits, \"_\", \".\" and \"-\", got {}",
                        quoted_briefly(entry.key)));
      }
      fill_block(entry.value, fmt::format("{}.{}", path, entry.key), [&](Fields& f) { list.visit(i, f); });
    }
  }

  /// Changes single elements of the list as it stands.
  void patch(const YamlNode& node, const std::string& path, ListForm form, const BlockList& list) {
    for (const YamlEntry& entry : node.entries) {
      std::size_t i = 0;
      if (form == ListForm::kMap) {
        patch_named(entry, path, list);
      } else if (parse_place(entry.key, i)) {
        patch_element(entry, i, path, list);
      } else if (form == ListForm::kListOrBlock && list.size <= 1) {
        if (list.size == 0) list.resize(1);
        return fill_block(node, path, [&](Fields& f) { list.visit(0, f); });
      } else {
        add(entry.place, path, fmt::format("is a list; name one element by its place, as {}.0.{}", path, entry.key));
      }
    }
  }

  void patch_element(const YamlEntry& entry, std::size_t i, const std::string& path, const BlockList& list) {
    if (i >= list.size) {
      const std::string size = list.size == 0 ? "is empty" : fmt::format("ends at {}.{}", path, list.size - 1);
      return add(entry.place, path, fmt::format("there is no element {}; the list {}", i, size));
    }
    fill_block(entry.value, fmt::format("{}.{}", path, i), [&](Fields& f) { list.visit(i, f); });
  }

  void patch_named(const YamlEntry& entry, const std::string& path, const BlockList& list) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list.size; ++i) names.push_back(*list.key(i));
    const auto found = std::find(names.begin(), names.end(), entry.key);
    if (found == names.end()) {
      return add(entry.place, path,
                 fmt::format("there is no {}{}", quoted_briefly(entry.key), did_you_mean(entry.key, names)));
    }
    const auto i = static_cast<std::size_t>(found - names.begin());
    fill_block(entry.value, fmt::format("{}.{}", path, entry.key), [&](Fields& f) { list.visit(i, f); });
  }

  const YamlNode& block_;
  std::string path_;
  Faults& faults_;
  std::vector<std::string> known_;
  std::set<const YamlEntry*> taken_;
};

}  // namespace

void fill(const YamlNode& root, const std::function<void(Fields&)>& visit, Faults& faults) {
  if (root.kind == Kind::kNull) return;
  if (root.kind != Kind::kMap) {
    const bool glued = root.kind == Kind::kScalar && root.scalar.find(':') != std::string::npos;
    faults.add(root.place, fmt::format("expected settings as \"key: value\", got {}{}", root.description(),
                                       glued ? "; put a blank after the colon" : ""));
    return;
  }
  FillFields fields(root, "", faults);
  visit(fields);
  fields.refuse_unknown_keys();
}

}  // namespace exitaudit::internal
