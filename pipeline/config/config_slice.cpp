#include "pipeline/config/config_slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "pipeline/base/error.h"
#include "pipeline/config/line_writer.h"
#include "pipeline/config/text_form.h"

namespace exitaudit {
namespace {

using internal::json_text;

class SliceWriter final : public internal::LineWriter {
 public:
  SliceWriter(std::string& text, std::string prefix) : text_(text), prefix_(std::move(prefix)) {}

  void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view /*help*/) override {
    SliceWriter inner(text_, fmt::format("{}{}.", prefix_, name));
    visit(inner);
  }
  void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view /*help*/) override {
    line(fmt::format("{}.size", name), std::to_string(list.size));
    for (std::size_t i = 0; i < list.size; ++i) {
      if (form == ListForm::kMap) line(fmt::format("{}.{}", name, i), json_text(*list.key(i)));
      SliceWriter inner(text_, fmt::format("{}{}.{}.", prefix_, name, i));
      list.visit(i, inner);
    }
  }

 protected:
  std::string form_of_text(const std::string& text) const override { return json_text(text); }
  std::string form_of_choice(std::string_view name) const override { return json_text(name); }
  std::string_view no_value() const override { return "none"; }
  void line(std::string_view name, std::string_view value) override {
    text_ += fmt::format("{}{} = {}\n", prefix_, name, value);
  }

 private:
  std::string& text_;
  std::string prefix_;
};

[[noreturn]] void refuse(const std::string& what) {
  throw Error(
      ErrorKind::kFailure,
      fmt::format("the recorded settings {}; another version of the stage wrote them, run again to rebuild", what));
}

[[noreturn]] void refuse_value(const std::string& key, const std::string& value) {
  refuse(fmt::format("hold {} = {}, which is not understood", key, internal::quoted_briefly(value)));
}

/// The lines of a slice in order, "key = value".
std::vector<std::pair<std::string, std::string>> lines_of(const ConfigSlice& slice) {
  std::vector<std::pair<std::string, std::string>> lines;
  std::string_view text = slice.text();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto is = line.find(" = ");
    if (is == std::string_view::npos) refuse(fmt::format("hold the line {}", internal::quoted_briefly(line)));
    lines.emplace_back(line.substr(0, is), line.substr(is + 3));
  }
  return lines;
}

/// Lines still to be read.
class SliceLines {
 public:
  explicit SliceLines(const ConfigSlice& slice) {
    for (auto& [key, value] : lines_of(slice)) {
      if (!values_.emplace(key, value).second) refuse(fmt::format("hold {} twice", key));
    }
    count_ = values_.size();
  }

  std::size_t count() const { return count_; }

  std::string take(const std::string& key) {
    const auto found = values_.find(key);
    if (found == values_.end()) refuse("lack " + key);
    std::string value = std::move(found->second);
    values_.erase(found);
    return value;
  }

  void refuse_rest() const {
    if (!values_.empty()) refuse("hold the unknown " + internal::quoted_briefly(values_.begin()->first));
  }

 private:
  std::map<std::string, std::string> values_;
  std::size_t count_ = 0;
};

template <class T>
T parse_number(const std::string& key, std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) refuse_value(key, std::string(text));
  return value;
}

template <class T>
std::vector<T> parse_numbers(const std::string& key, const std::string& text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') refuse_value(key, text);
  std::vector<T> values;
  std::string_view rest = std::string_view(text).substr(1, text.size() - 2);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(", "), rest.size());
    values.push_back(parse_number<T>(key, rest.substr(0, end)));
    if (end + 2 == rest.size()) refuse_value(key, text);
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return values;
}

/// A JSON string or list of strings.
template <class T>
T parse_texts(const std::string& key, const std::string& text) {
  try {
    return nlohmann::json::parse(text).get<T>();
  } catch (const nlohmann::json::exception&) {
    refuse_value(key, text);
  }
}

int index_of(const std::string& key, const std::string& name, std::span<const std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) refuse_value(key, name);
  return static_cast<int>(found - names.begin());
}

class SliceReader final : public Fields {
 public:
  SliceReader(SliceLines& lines, std::string prefix) : lines_(lines), prefix_(std::move(prefix)) {}

  void boolean(std::string_view name, bool& value, std::string_view /*help*/) override {
    const std::string text = take(name);
    if (text != "true" && text != "false") refuse_value(key(name), text);
    value = text == "true";
  }
  void integer(std::string_view name, std::int64_t& value, IntegerRange /*range*/, std::string_view /*help*/) override {
    value = parse_number<std::int64_t>(key(name), take(name));
  }
  void real(std::string_view name, double& value, RealRange /*range*/, std::string_view /*help*/) override {
    value = parse_number<double>(key(name), take(name));
  }
  void optional_real(std::string_view name, std::optional<double>& value, RealRange /*range*/,
                     std::string_view /*help*/) override {
    const std::string text = take(name);
    value = text == "none" ? std::nullopt : std::optional(parse_number<double>(key(name), text));
  }
  void text(std::string_view name, std::string& value, std::string_view /*help*/) override {
    value = parse_texts<std::string>(key(name), take(name));
  }
  void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                    std::string_view /*help*/) override {
    index = index_of(key(name), parse_texts<std::string>(key(name), take(name)), names);
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange /*range*/,
                std::string_view /*help*/) override {
    values = parse_numbers<std::int64_t>(key(name), take(name));
  }
  void reals(std::string_view name, std::vector<double>& values, RealRange /*range*/,
             std::string_view /*help*/) override {
    values = parse_numbers<double>(key(name), take(name));
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view /*help*/) override {
    values = parse_texts<std::vector<std::string>>(key(name), take(name));
  }
  void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                      std::string_view /*help*/) override {
    indices.clear();
    for (const std::string& text : parse_texts<std::vector<std::string>>(key(name), take(name))) {
      indices.push_back(index_of(key(name), text, names));
    }
  }

  void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view /*help*/) override {
    SliceReader inner(lines_, key(name) + ".");
    visit(inner);
  }
  void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view /*help*/) override {
    const std::string size_name = fmt::format("{}.size", name);
    const auto size = parse_number<std::size_t>(key(size_name), take(size_name));
    // An element has at least one line, so a larger size is a lie that resize() must not believe.
    if (size > lines_.count()) refuse_value(key(size_name), std::to_string(size));
    list.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      const std::string element = fmt::format("{}.{}", name, i);
      if (form == ListForm::kMap) *list.key(i) = parse_texts<std::string>(key(element), take(element));
      SliceReader inner(lines_, key(element) + ".");
      list.visit(i, inner);
    }
  }

 private:
  std::string key(std::string_view name) const { return fmt::format("{}{}", prefix_, name); }
  std::string take(std::string_view name) { return lines_.take(key(name)); }

  SliceLines& lines_;
  std::string prefix_;
};

}  // namespace

namespace internal {

ConfigSlice write_slice(const std::function<void(Fields&)>& visit) {
  std::string text;
  SliceWriter writer(text, "");
  visit(writer);
  return ConfigSlice(std::move(text));
}

void read_slice(const ConfigSlice& slice, const std::function<void(Fields&)>& visit) {
  SliceLines lines(slice);
  SliceReader reader(lines, "");
  visit(reader);
  lines.refuse_rest();
}

}  // namespace internal

std::vector<SliceDifference> compare(const ConfigSlice& before, const ConfigSlice& after) {
  const auto old_lines = lines_of(before);
  const auto new_lines = lines_of(after);
  const std::map<std::string, std::string> old_values(old_lines.begin(), old_lines.end());
  const std::map<std::string, std::string> new_values(new_lines.begin(), new_lines.end());
  std::vector<SliceDifference> differences;
  for (const auto& [key, value] : old_lines) {
    const auto found = new_values.find(key);
    if (found == new_values.end()) {
      differences.push_back({key, value, ""});
    } else if (found->second != value) {
      differences.push_back({key, value, found->second});
    }
  }
  for (const auto& [key, value] : new_lines) {
    if (!old_values.contains(key)) differences.push_back({key, "", value});
  }
  return differences;
}

}  // namespace exitaudit
