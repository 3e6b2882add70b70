#pragma once
// Decision: whether a claim holds here, by an interval: it holds only where the interval excludes the contrary, does
// not hold where it excludes the claim, and is undecided otherwise.

#include <string>
#include <vector>

#include "report/items/charts.h"
#include "report/items/values.h"

namespace exitaudit::report {

enum class Decision { kHolds, kDoesNotHold, kUndecided };
std::string to_string(Decision decision);  ///< "holds", "does not hold", "undecided"

/// That the difference is above `border`; below it.
Decision is_above(const Difference& difference, double border = 0);
Decision is_below(const Difference& difference, double border = 0);
/// That it lies within `margin` of 0 on both sides.
Decision is_within(const Difference& difference, double margin);
/// That numbers rise (fall) in order: Spearman's interval above (below) 0. Undecided for fewer than three.
Decision rises(const Trend& trend);
Decision falls(const Trend& trend);

/// Of several claims that are made together: all hold, or one does not, else undecided; undecided for none.
Decision all_of(const std::vector<Decision>& decisions);

}  // namespace exitaudit::report
