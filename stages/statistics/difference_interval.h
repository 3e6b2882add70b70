#pragma once
// The interval of a difference from the intervals of its two sides.

#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {

/// Of a - b by square-and-add (MOVER: Zou and Donner, 2008, after Newcombe, 1998, method 10): each side's distance to
/// its own limit, added as squares. For independent sides whose intervals have one confidence, which the difference
/// then has, too. Where both sides are measured on the same samples they usually rise and fall together, and the
/// interval is wider than it need be: conservative. No interval where a value or a limit is NaN.
Interval difference_interval(double a, double low_a, double high_a, double b, double low_b, double high_b);

}  // namespace exitaudit::statistics
