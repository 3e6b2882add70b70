#include "pipeline/config/yaml_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/config/text_form.h"

namespace exitaudit::internal {
namespace {
constexpr std::size_t kMostFaults = 100;
}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string YamlNode::description() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a block";
    case Kind::kScalar:
      break;
  }
  return (quoted ? "the text " : "") + quoted_briefly(scalar);
}

bool Faults::full() const {
  return faults_.size() >= kMostFaults;
}

void Faults::add(Place place, const std::string& sentence) {
  if (full()) {
    ++left_out_;
  } else {
    faults_.push_back({place, sentence});
  }
}

std::string Faults::where(Place place) const {
  return has_lines_ ? fmt::format("{}:{}:{}", source_, place.line, place.column) : source_;
}

std::vector<std::string> Faults::list() const {
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) { return a.place < b.place; });
  std::vector<std::string> lines;
  for (const Fault& fault : sorted) lines.push_back(fmt::format("{}: {}", where(fault.place), fault.sentence));
  if (left_out_ > 0) lines.push_back(fmt::format("{}: and {} more faults", source_, left_out_));
  return lines;
}

}  // namespace exitaudit::internal
