#include "pipeline/config/line_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pipeline/base/error.h"
#include "pipeline/config/text_form.h"

namespace exitaudit::internal {
namespace {

template <class T, class Write>
std::string bracketed(const std::vector<T>& values, Write write) {
  std::vector<std::string> items;
  for (const T& value : values) items.push_back(write(value));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

}  // namespace

void LineWriter::boolean(std::string_view name, bool& value, std::string_view /*help*/) {
  line(name, value ? "true" : "false");
}

void LineWriter::integer(std::string_view name, std::int64_t& value, IntegerRange /*range*/,
                         std::string_view /*help*/) {
  line(name, std::to_string(value));
}

void LineWriter::real(std::string_view name, double& value, RealRange /*range*/, std::string_view /*help*/) {
  line(name, shortest(value));
}

void LineWriter::optional_real(std::string_view name, std::optional<double>& value, RealRange /*range*/,
                               std::string_view /*help*/) {
  line(name, value ? shortest(*value) : no_value());
}

void LineWriter::text(std::string_view name, std::string& value, std::string_view /*help*/) {
  line(name, form_of_text(value));
}

void LineWriter::choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                              std::string_view /*help*/) {
  line(name, choice(index, names));
}

void LineWriter::integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange /*range*/,
                          std::string_view /*help*/) {
  line(name, bracketed(values, [](std::int64_t value) { return std::to_string(value); }));
}

void LineWriter::reals(std::string_view name, std::vector<double>& values, RealRange /*range*/,
                       std::string_view /*help*/) {
  line(name, bracketed(values, shortest));
}

void LineWriter::texts(std::string_view name, std::vector<std::string>& values, std::string_view /*help*/) {
  line(name, bracketed(values, [this](const std::string& value) { return form_of_text(value); }));
}

void LineWriter::choice_indices(std::string_view name, std::vector<int>& indices,
                                std::span<const std::string_view> names, std::string_view /*help*/) {
  line(name, bracketed(indices, [&](int index) { return choice(index, names); }));
}

/// The name at `index`; an index without a name is a fault of ours.
std::string LineWriter::choice(int index, std::span<const std::string_view> names) const {
  require(index >= 0 && static_cast<std::size_t>(index) < names.size(), "an enumerator has no name");
  return form_of_choice(names[static_cast<std::size_t>(index)]);
}

}  // namespace exitaudit::internal
