#include "report/items/decision.h"

#include <algorithm>

namespace exitaudit::report {

std::string to_string(Decision decision) {
  switch (decision) {
    case Decision::kHolds:
      return "holds";
    case Decision::kDoesNotHold:
      return "does not hold";
    case Decision::kUndecided:
      return "undecided";
  }
  return "";
}

// A NaN compares as false, so that what has no interval stays undecided.

Decision is_above(const Difference& difference, double border) {
  if (difference.interval.low > border) return Decision::kHolds;
  return difference.interval.high < border ? Decision::kDoesNotHold : Decision::kUndecided;
}

Decision is_below(const Difference& difference, double border) {
  if (difference.interval.high < border) return Decision::kHolds;
  return difference.interval.low > border ? Decision::kDoesNotHold : Decision::kUndecided;
}

Decision is_within(const Difference& difference, double margin) {
  if (difference.interval.low >= -margin && difference.interval.high <= margin) return Decision::kHolds;
  const bool outside = difference.interval.low > margin || difference.interval.high < -margin;
  return outside ? Decision::kDoesNotHold : Decision::kUndecided;
}

Decision rises(const Trend& trend) {
  return is_above({trend.rho, trend.interval});
}

Decision falls(const Trend& trend) {
  return is_below({trend.rho, trend.interval});
}

Decision all_of(const std::vector<Decision>& decisions) {
  const auto is = [](Decision wanted) { return [wanted](Decision decision) { return decision == wanted; }; };
  if (decisions.empty()) return Decision::kUndecided;
  if (std::ranges::any_of(decisions, is(Decision::kDoesNotHold))) return Decision::kDoesNotHold;
  return std::ranges::all_of(decisions, is(Decision::kHolds)) ? Decision::kHolds : Decision::kUndecided;
}

}  // namespace exitaudit::report
