#include "stages/statistics/difference_interval.h"

#include <cmath>
#include <initializer_list>

namespace exitaudit::statistics {

Interval difference_interval(double a, double low_a, double high_a, double b, double low_b, double high_b) {
  for (const double value : {a, low_a, high_a, b, low_b, high_b}) {
    if (std::isnan(value)) return no_interval();
  }
  return {a - b - std::hypot(a - low_a, high_b - b), a - b + std::hypot(high_a - a, b - low_b)};
}

}  // namespace exitaudit::statistics
