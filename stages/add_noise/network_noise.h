#pragma once
// A network between adversary and clock (specification 6.3): each query is delayed by a positive normal, the adversary
// averages over queries, and three bounds tell how many queries it takes to tell two exits apart.

#include <cstdint>
#include <string>

#include "stages/add_noise/add_noise_options.h"
#include "stages/schema/latencies.h"

namespace exitaudit::add_noise {

/// N(mean, sigma^2), made positive by `positive`; sigma = 0 is the mean itself. Times in ms.
struct NetworkDelay {
  double mean_ms = 2;
  double sigma_ms = 0;
  Positive positive = Positive::kRejection;
};

struct Moments {
  double mean_ms = 0;
  double deviation_ms = 0;
};
/// In closed form: of the truncated normal (rejection) or of the folded one (absolute value).
Moments moments(const NetworkDelay& delay);

/// Mean of `queries` delays, ms. The stream is the sample's: `name` (job and seed) and its index in the dataset, so
/// that neither order nor company matter, and 10 queries begin with what 1 query sees.
double mean_delay_ms(const NetworkDelay& delay, std::int64_t queries, const std::string& name, std::int64_t sample);

/// Queries after which two exits, `gap_ms` apart, are told apart through noise of deviation `sigma_ms`.
enum class Certainty {
  kZTest,     ///< |Z| >= 1.96 of two means: 7.6832 (sigma/gap)^2; a border halfway errs 8.3 % on each side
  kSide,      ///< 95 % of an exit with one neighbour: (2 * 1.645 sigma/gap)^2
  kInterior,  ///< 95 % of an exit between two: (2 * 1.96 sigma/gap)^2
};
/// Rounded up, at least 1. `gap_ms` > 0. Throws Error(kFailure) where it is not.
std::int64_t required_queries(Certainty certainty, double sigma_ms, double gap_ms);

/// Smallest difference between the median times of two exits that follow each other in time; NaN for fewer than two
/// exits with samples.
double smallest_gap_ms(const schema::Latencies& clean);

/// What an adversary gets who asks `queries` times and averages: query q took repeat q mod repeats, and its delay.
/// `repeats` is 1. Measurements, slice "all": mean_ms (n = samples), smallest_gap_ms of the clean times, and
/// required_queries_{z_test,side,interior} for that gap and the delay's own deviation; NaN where there is no gap.
schema::Latencies noisy_latencies(const schema::Latencies& clean, const NetworkDelay& delay, std::int64_t queries,
                                  const std::string& name);

}  // namespace exitaudit::add_noise
