#pragma once
// A parsed YAML text as a tree of our own, with the place of every key and value, and the list of its faults.
//
// yaml-cpp's nodes hide duplicate keys and follow aliases; this tree is built from its events instead
// (yaml_parse.cpp, the one file that knows yaml-cpp).

#include <string>
#include <string_view>
#include <vector>

namespace exitaudit::internal {

/// 1-based.
struct Place {
  int line = 1;
  int column = 1;
  auto operator<=>(const Place&) const = default;
};

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  bool quoted = false;  ///< a scalar in quotes or a block scalar: a text, never a number
  bool patch = false;   ///< a map made of a dotted path: changes what it names and replaces no list
  Place place;
  std::string scalar;
  std::vector<YamlNode> items;     ///< kList
  std::vector<YamlEntry> entries;  ///< kMap, in the order written; keys are unique

  const YamlEntry* find(std::string_view key) const;
  /// What stands there, for messages: nothing, a list, a block, "many", the text "5".
  std::string description() const;
};

struct YamlEntry {
  std::string key;
  Place place;
  YamlNode value;
};

/// What is wrong with one source, a file or one --set.
class Faults {
 public:
  /// `source` as in messages: "configs/x.yaml", or "--set train.epochs=5", which has no lines.
  Faults(std::string source, bool has_lines) : source_(std::move(source)), has_lines_(has_lines) {}

  void add(Place place, const std::string& sentence);
  bool empty() const { return faults_.empty(); }
  bool has_lines() const { return has_lines_; }
  bool full() const;                     ///< further sentences are only counted: spare the work of wording them
  std::string where(Place place) const;  ///< "configs/x.yaml:14:3"
  /// "file:line:col: sentence", sorted by place; of very many the first and a count.
  std::vector<std::string> list() const;

 private:
  struct Fault {
    Place place;
    std::string sentence;
  };
  std::string source_;
  bool has_lines_;
  std::vector<Fault> faults_;
  std::size_t left_out_ = 0;
};

/// One source: its tree and the faults that did not stop the parser (duplicate keys).
struct YamlLayer {
  YamlNode root;
  Faults faults;
};

}  // namespace exitaudit::internal
