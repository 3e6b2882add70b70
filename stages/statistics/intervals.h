#pragma once
// Intervals: how sure a number is. Exact (Clopper-Pearson) for success and true-positive rates, so that they hold
// also for the few samples of a rarely used exit; score intervals (Wilson, Newcombe) where a difference is asked for.

#include <cstdint>

namespace exitaudit::statistics {

struct Interval {
  double low = 0;
  double high = 0;
  bool contains(double value) const { return low <= value && value <= high; }
};

/// No interval: both ends NaN.
Interval no_interval();

/// Exact interval of a proportion, `hits` of `trials` (Clopper and Pearson, 1934). [0, 1] where trials = 0.
Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence = 0.95);

/// Score interval of a proportion (Wilson, 1927). [0, 1] where trials = 0.
Interval wilson(std::int64_t hits, std::int64_t trials, double confidence = 0.95);

/// Interval of the difference a - b of two independent proportions (Newcombe, 1998, method 10).
Interval newcombe(std::int64_t hits_a, std::int64_t trials_a, std::int64_t hits_b, std::int64_t trials_b,
                  double confidence = 0.95);

/// The confidence of each of `looks` intervals that together hold with `confidence`: Šidák for independent looks …
double sidak(double confidence, std::int64_t looks);
/// … and Bonferroni for any.
double bonferroni(double confidence, std::int64_t looks);

}  // namespace exitaudit::statistics
