#include "pipeline/config/yaml_parse.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <deque>
#include <sstream>
#include <unordered_map>

#include "pipeline/base/error.h"
#include "pipeline/config/text_form.h"
#include "pipeline/config/yaml_reader.h"

namespace exitaudit::internal {
namespace {

/// Follows the text as a comment: yaml-cpp closes an open quotation without a word where a text ends with its line.
constexpr std::string_view kEndMark = "#";

/// What yaml-cpp says, and what that means to a person.
std::string plain_words(const std::string& message) {
  static const std::unordered_map<std::string, std::string> kWords{
      {"illegal EOF in scalar", "a quotation mark is never closed"},
      {"illegal map value", "a \":\" cannot stand here; put a text that holds one in quotes"},
      {"illegal block entry", "a \"- \" cannot stand here; start the list on a line of its own"},
      {"illegal flow end", "a bracket closes that does not fit"},
      {"end of sequence flow not found", "a list's \"]\" is missing"},
      {"end of map flow not found", "a block's \"}\" is missing"},
      {"end of map not found", "the indentation does not fit the lines above"},
      {"end of sequence not found", "the indentation does not fit the lines above"},
      {"unknown token", "no value can begin with this character; put a text in quotes"},
      {"the referenced anchor is not defined",
       "an alias (*name) is not allowed; put a text that begins with * in quotes"},
  };
  const auto found = kWords.find(message);
  return found == kWords.end() ? message : found->second;
}

Place place_of(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

/// Leaves the parser; the reason is already among the faults.
struct Stop {};

/// Builds the tree from the parser's events. Throwing Stop at the depth limit also bounds the parser's own recursion.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Faults& faults) : faults_(faults) {}

  YamlNode take_root() { return std::move(root_); }
  bool usable() const { return usable_; }

  /// A syntax fault, with the innermost bracket that is still open.
  void add_syntax_fault(Place place, const std::string& what) {
    std::string open;
    for (const Frame& frame : stack_) {
      if (!frame.flow) continue;
      const char* bracket = frame.node->kind == YamlNode::Kind::kList ? "[" : "{";
      open = fmt::format("; the \"{}\" at {} is still open", bracket, faults_.where(frame.node->place));
    }
    refuse(place, fmt::format("this is not valid YAML: {}{}", what, faults_.has_lines() ? open : ""));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      stop(place_of(mark),
           "a second document starts here; write one (is the indentation wrong, or a \"---\" too many?)");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (expects_key()) stop(place_of(mark), "a key is missing here; write \"key: value\"");
    Place place = place_of(mark);
    // The parser marks an empty value where the next token begins.
    if (in_map() && place.line > stack_.back().key_place.line) place = stack_.back().key_place;
    attach({.place = place, .scalar = {}, .items = {}, .entries = {}});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(place_of(mark), "an alias (*name) is not allowed; write the value out");
    if (expects_key()) throw Stop();
    attach({.place = place_of(mark), .scalar = {}, .items = {}, .entries = {}});
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(place_of(mark), fmt::format("an anchor ({}) is not allowed; write values out where they are used",
                                       quoted_briefly("&" + name)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    const Place place = place_of(mark);
    const bool quoted = tag == "!";
    if (!quoted) check_tag(place, tag);
    if (expects_key()) return take_key(place, value, quoted);
    attach({.kind = YamlNode::Kind::kScalar,
            .quoted = quoted,
            .place = place,
            .scalar = value,
            .items = {},
            .entries = {}});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::kList, place_of(mark), tag, style);
  }
  void OnSequenceEnd() override { stack_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::kMap, place_of(mark), tag, style);
  }
  void OnMapEnd() override { stack_.pop_back(); }

 private:
  /// A list or map that is not closed yet.
  struct Frame {
    YamlNode* node = nullptr;
    bool flow = false;
    bool has_key = false;
    bool repeated = false;  ///< the key came before: its value is dropped
    std::string key;
    Place key_place;
    std::unordered_map<std::string, Place> seen;
  };

  void refuse(Place place, const std::string& sentence) {
    faults_.add(place, sentence);
    usable_ = false;
  }

  [[noreturn]] void stop(Place place, const std::string& sentence) {
    refuse(place, sentence);
    throw Stop();
  }

  void check_tag(Place place, const std::string& tag) {
    if (tag.empty() || tag == "?") return;
    refuse(place, fmt::format("a tag ({}) is not allowed; write the value alone", quoted_briefly(tag)));
  }

  bool in_map() const { return !stack_.empty() && stack_.back().node->kind == YamlNode::Kind::kMap; }
  bool expects_key() const { return in_map() && !stack_.back().has_key; }

  void take_key(Place place, const std::string& key, bool quoted) {
    if (key == "<<" && !quoted) refuse(place, "a merge key (<<) is not allowed; write the values out");
    Frame& frame = stack_.back();
    const auto [first, is_new] = frame.seen.emplace(key, place);
    if (!is_new) {
      faults_.add(place, fmt::format("the key {} is written twice{}", quoted_briefly(key),
                                     faults_.has_lines() ? "; first at " + faults_.where(first->second) : ""));
    }
    frame.key = key;
    frame.key_place = place;
    frame.has_key = true;
    frame.repeated = !is_new;
  }

  /// Puts a value where it belongs. Earlier pointers stay good: a container grows only while its last child is
  /// complete.
  YamlNode& attach(YamlNode node) {
    if (stack_.empty()) return root_ = std::move(node);
    Frame& frame = stack_.back();
    if (frame.node->kind == YamlNode::Kind::kList) return frame.node->items.emplace_back(std::move(node));
    frame.has_key = false;
    if (frame.repeated) return dropped_.emplace_back(std::move(node));
    frame.node->entries.push_back({std::move(frame.key), frame.key_place, std::move(node)});
    return frame.node->entries.back().value;
  }

  void open(YamlNode::Kind kind, Place place, const std::string& tag, YAML::EmitterStyle::value style) {
    check_tag(place, tag);
    if (expects_key()) stop(place, "a list or block cannot be a key");
    if (stack_.size() >= kDeepestYaml) stop(place, fmt::format("nested deeper than {} levels", kDeepestYaml));
    Frame frame;
    frame.node = &attach({.kind = kind, .place = place, .scalar = {}, .items = {}, .entries = {}});
    frame.flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(frame));
  }

  Faults& faults_;
  bool usable_ = true;
  int documents_ = 0;
  YamlNode root_;
  std::deque<YamlNode> dropped_;
  std::vector<Frame> stack_;
};

Place place_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == std::string_view::npos ? offset : offset - line_start - 1;
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(column) + 1};
}

void check_bytes(const std::string& text, Faults& faults) {
  if (text.size() > kLargestYaml) {
    faults.add({}, fmt::format("{} bytes; at most {} are expected", text.size(), kLargestYaml));
  } else if (const std::size_t bad = find_non_text(text); bad != std::string::npos) {
    faults.add(place_at(text, bad), fmt::format("the byte 0x{:02x} is not text; is this a YAML file in UTF-8?",
                                                static_cast<unsigned>(static_cast<unsigned char>(text[bad]))));
  }
  throw_faults(faults.list());
}

/// Tabs are the commonest syntax fault, and invisible.
std::string tab_hint(const std::string& text, Place place) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i < place.line; ++i) std::getline(lines, line);
  const std::string indentation = line.substr(0, line.find_first_not_of(" \t"));
  return indentation.find('\t') == std::string::npos ? "" : "; indent with blanks, not tabs";
}

void run_parser(const std::string& text, TreeBuilder& builder) {
  const bool line_ended = text.empty() || text.back() == '\n';
  std::istringstream stream(fmt::format("{}{}{}", text, line_ended ? "" : "\n", kEndMark));
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& exception) {
    const Place place = std::min(place_of(exception.mark), place_at(text, text.size()));
    builder.add_syntax_fault(place, plain_words(exception.msg) + tab_hint(text, place));
  }
}

}  // namespace

YamlLayer parse_yaml(const std::string& text, Faults faults) {
  check_bytes(text, faults);
  YamlNode root;
  {
    TreeBuilder builder(faults);
    run_parser(text, builder);
    if (!builder.usable()) throw_faults(faults.list());
    root = builder.take_root();
  }
  return {std::move(root), std::move(faults)};
}

}  // namespace exitaudit::internal
