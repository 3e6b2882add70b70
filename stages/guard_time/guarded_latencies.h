#pragma once
// Latencies behind TimeGuard, and what it costs (specification 7, Figure 20): clean times in, times of release out.

#include <cstdint>
#include <vector>

#include "stages/guard_time/guard_time_options.h"
#include "stages/guard_time/time_guard.h"
#include "stages/schema/dataset.h"
#include "stages/schema/latencies.h"

namespace exitaudit::guard_time {

/// What a guard learns from clean times.
struct CleanTimes {
  schema::Measurement max_ms;       ///< Tmax: mean time of the 100 samples with the largest exit (ties: smallest index)
  std::vector<double> deadline_ms;  ///< [exits] 99th percentile of the exit's timings; 0 where no sample took it
};
CleanTimes learn_times(const schema::Latencies& clean);

TimeGuardPolicy policy_of(const GuardTimeJob& settings, const CleanTimes& times);

/// What is asked, as the guard sees it. Contents with one seed are one content to it.
struct Queries {
  std::int64_t per_sample = 1;
  std::vector<std::uint64_t> seeds;    ///< [n, per_sample]
  std::vector<std::uint64_t> samples;  ///< [n] of the sample itself
};

/// The sample in each repeat, or `near_duplicates` > 0 of it once each. Throws BadInput for more than it has places.
Queries ask(const schema::Latencies& clean, const schema::Dataset& dataset, const TimeGuard& guard,
            std::int64_t near_duplicates);

/// The clean time of query r is repeat r mod repeats. Rows, index, exit and copy stay; `repeats` becomes per_sample.
/// Measurements, slice "all", ms, n = samples unless said otherwise:
///   mean_ms_clean       of the queries asked without the guard
///   mean_ms_guarded     of the same with it
///   mean_ms_max_delay   Tmax, what holding every answer equally long costs; n = samples behind it
///   expected_mean_ms    closed form sum_k p_k t_k + sqrt(2/pi) sigma, t_k the mean clean time or the deadline; its
///                       interval holds what 95 % of all secrets give. Not under a cap. Overruns come on top of it
///   overruns            answers that came after their time (a count); n = queries
/// Means have normal 95 % intervals whose variance sums over contents, because equal samples share one delay.
schema::Latencies guarded_latencies(const schema::Latencies& clean, const CleanTimes& times, const TimeGuard& guard,
                                    const Queries& queries);

}  // namespace exitaudit::guard_time
