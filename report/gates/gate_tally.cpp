#include "report/gates/gate_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace exitaudit::report {
namespace {

std::string as_sentence(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

}  // namespace

void GatePart::add(Decision decision, const std::string& subject, const std::string& numbers) {
  decisions_.push_back(decision);
  examples_.push_back(subject + ": " + numbers);
}

std::string GatePart::evidence() const {
  if (decisions_.empty()) return fmt::format("{}: nothing to judge it by; it takes {}.", says_, needs_);
  const auto count = [&](Decision decision) { return std::ranges::count(decisions_, decision); };
  const auto holds = count(Decision::kHolds);
  const auto contradicted = count(Decision::kDoesNotHold);
  const auto undecided = count(Decision::kUndecided);
  const auto all = static_cast<std::ptrdiff_t>(decisions_.size());
  std::string counts = fmt::format("holds on {} of {}", holds, all);
  if (contradicted > 0) counts += fmt::format(", does not on {}", contradicted);
  if (undecided > 0) counts += fmt::format(", undecided on {}", undecided);
  // The example is of what decides the part: a contradiction before what is open before what is in order.
  const Decision telling = contradicted > 0 ? Decision::kDoesNotHold
                           : undecided > 0  ? Decision::kUndecided
                                            : Decision::kHolds;
  const auto place = std::ranges::find(decisions_, telling) - decisions_.begin();
  return fmt::format("{}: {} ({}).", says_, counts, examples_[static_cast<std::size_t>(place)]);
}

Gate make_gate(int number, const std::string& claim, const std::vector<GatePart>& parts) {
  Gate gate{.number = number, .claim = claim, .evidence = ""};
  std::vector<Decision> decisions;
  for (const GatePart& part : parts) {
    decisions.push_back(part.decision());
    gate.evidence += (gate.evidence.empty() ? "" : " ") + as_sentence(part.evidence());
  }
  gate.verdict = all_of(decisions);
  return gate;
}

std::string against(const Value& a, const Value& b, const Unit& unit, const Unit& difference_unit) {
  return fmt::format("{} against {}, difference {}", text(a, unit), text(b, unit),
                     text(difference(a, b), difference_unit));
}

Difference spread(const std::vector<Value>& values) {
  std::vector<Value> known;
  for (const Value& value : values) {
    if (value.known()) known.push_back(value);
  }
  if (known.size() < 2) return {};
  const auto [low, high] = std::ranges::minmax_element(known, {}, &Value::y);
  return difference(*high, *low);
}

}  // namespace exitaudit::report
