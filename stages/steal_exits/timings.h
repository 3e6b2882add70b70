#pragma once
// Timings: all that a thief is shown of a model, a clock's readings. The truth has no place here, so that no estimator
// can lean on it by mistake.

#include <cstdint>
#include <vector>

#include "stages/schema/latencies.h"
#include "stages/steal_exits/steal_exits_options.h"

namespace exitaudit::steal_exits {

struct Timings {
  std::vector<std::int64_t> index;  ///< [n] sample in the dataset
  std::int64_t repeats = 1;
  std::vector<double> latency_ms;  ///< [n, repeats]
};

Timings see_timings(const schema::Latencies& latencies);

/// Whether repeats that a disturbance stretched (more than five scaled MADs above the sample's median) are left out.
enum class Outliers { kKept, kCut };

/// [n] one time per sample, ms: `statistic` of its repeats. trimmed_mean leaves out a tenth at either end.
std::vector<double> average_times(const Timings& timings, Statistic statistic, Outliers outliers);

/// The adversary's own shadow model on its own clock; it runs the model, so it knows the exits.
struct OwnModel {
  std::int64_t exits = 1;
  std::vector<double> time_ms;     ///< [n] average of each sample
  std::vector<std::int32_t> exit;  ///< [n]
};

OwnModel see_own_model(const schema::Latencies& shadow, Statistic statistic, Outliers outliers);

/// Deviation of a normal with the values' median absolute deviation from `center`.
double scaled_mad(std::vector<double> values, double center);

}  // namespace exitaudit::steal_exits
