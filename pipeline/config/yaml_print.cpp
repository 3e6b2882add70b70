// write_yaml: block style, one setting a line, which YamlDocument reads back to the same struct.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "pipeline/config/line_writer.h"
#include "pipeline/config/text_form.h"
#include "pipeline/config/yaml_reader.h"

namespace exitaudit {
namespace {

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

class YamlPrinter final : public internal::LineWriter {
 public:
  explicit YamlPrinter(std::size_t indentation) : indentation_(indentation, ' ') {}

  const std::string& lines() const { return lines_; }

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

 protected:
  std::string form_of_text(const std::string& text) const override { return yaml_text(text); }
  std::string form_of_choice(std::string_view name) const override {
    return name == "none" ? "none" : yaml_text(std::string(name));
  }
  std::string_view no_value() const override { return "null"; }
  void line(std::string_view name, std::string_view value) override {
    lines_ += fmt::format("{}{}: {}\n", indentation_, name, value);
  }

 private:
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
