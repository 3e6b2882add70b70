// write_yaml: block style, one setting a line, which YamlDocument reads back to the same struct.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "pipeline/base/error.h"
#include "pipeline/config/text_form.h"
#include "pipeline/config/yaml_reader.h"

namespace exitaudit {
namespace {

using internal::shortest;

/// Words that some YAML reader takes for something else than a text.
bool is_loaded_word(std::string word) {
  static constexpr std::array<std::string_view, 12> kWords{"null", "true", "false", "yes", "no",  "on",
                                                           "off",  "y",    "n",     "inf", "nan", "none"};
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// As it is where no YAML reader could misread it, else in double quotes.
std::string yaml_text(const std::string& text) {
  const bool starts_as_word = !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) || text[0] == '_');
  if (starts_as_word && internal::is_identifier(text) && !is_loaded_word(text)) return text;
  std::string literal = internal::json_text(text);
  // JSON leaves DEL as it is, YAML does not allow it.
  for (auto at = literal.find('\x7f'); at != std::string::npos; at = literal.find('\x7f')) {
    literal.replace(at, 1, "\\x7f");
  }
  return literal;
}

std::string yaml_name(int index, std::span<const std::string_view> names) {
  require(index >= 0 && static_cast<std::size_t>(index) < names.size(), "an enumerator has no name");
  const std::string_view name = names[static_cast<std::size_t>(index)];
  return name == "none" ? "none" : yaml_text(std::string(name));
}

template <class T, class Write>
std::string flow_list(const std::vector<T>& values, Write write) {
  std::vector<std::string> items;
  for (const T& value : values) items.push_back(write(value));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

class YamlPrinter final : public Fields {
 public:
  explicit YamlPrinter(std::size_t indentation) : indentation_(indentation, ' ') {}

  const std::string& lines() const { return lines_; }

  void boolean(std::string_view name, bool& value, std::string_view /*help*/) override {
    line(name, value ? "true" : "false");
  }
  void integer(std::string_view name, std::int64_t& value, IntegerRange /*range*/, std::string_view /*help*/) override {
    line(name, std::to_string(value));
  }
  void real(std::string_view name, double& value, RealRange /*range*/, std::string_view /*help*/) override {
    line(name, shortest(value));
  }
  void optional_real(std::string_view name, std::optional<double>& value, RealRange /*range*/,
                     std::string_view /*help*/) override {
    line(name, value ? shortest(*value) : "null");
  }
  void text(std::string_view name, std::string& value, std::string_view /*help*/) override {
    line(name, yaml_text(value));
  }
  void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                    std::string_view /*help*/) override {
    line(name, yaml_name(index, names));
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange /*range*/,
                std::string_view /*help*/) override {
    line(name, flow_list(values, [](std::int64_t value) { return std::to_string(value); }));
  }
  void reals(std::string_view name, std::vector<double>& values, RealRange /*range*/,
             std::string_view /*help*/) override {
    line(name, flow_list(values, shortest));
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view /*help*/) override {
    line(name, flow_list(values, yaml_text));
  }
  void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                      std::string_view /*help*/) override {
    line(name, flow_list(indices, [&](int index) { return yaml_name(index, names); }));
  }

  void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view /*help*/) override {
    YamlPrinter inner(indentation_.size() + 2);
    visit(inner);
    open(name);
    lines_ += inner.lines();
  }

  void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view /*help*/) override {
    const bool is_map = form == ListForm::kMap;
    if (list.size == 0) return line(name, is_map ? "{}" : "[]");
    open(name);
    for (std::size_t i = 0; i < list.size; ++i) {
      YamlPrinter element(indentation_.size() + 4);
      list.visit(i, element);
      lines_ += is_map ? named(*list.key(i), element.lines()) : dashed(element.lines());
    }
  }

 private:
  void line(std::string_view name, std::string_view value) {
    lines_ += fmt::format("{}{}: {}\n", indentation_, name, value);
  }
  void open(std::string_view name) { lines_ += fmt::format("{}{}:\n", indentation_, name); }

  std::string named(const std::string& key, const std::string& element) const {
    return fmt::format("{}  {}:\n{}", indentation_, yaml_text(key), element);
  }
  std::string dashed(std::string element) const {
    if (element.empty()) return indentation_ + "  - {}\n";
    element[indentation_.size() + 2] = '-';
    return element;
  }

  std::string indentation_;
  std::string lines_;
};

}  // namespace

std::string write_yaml(const std::function<void(Fields&)>& visit) {
  YamlPrinter printer(0);
  visit(printer);
  return printer.lines();
}

}  // namespace exitaudit
