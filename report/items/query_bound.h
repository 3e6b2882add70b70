#pragma once
// Equation 1 of the paper: how many queries through a noisy network tell two exits apart (specification 6.3).

#include <cstdint>

namespace exitaudit::report {

/// Which errors remain once so many queries are averaged.
enum class Sureness {
  kZTest,     ///< the paper's |Z| >= 1.96 between two means: a border halfway errs 8.3 % on each side
  kSide,      ///< 95 % of an exit with one neighbour
  kInterior,  ///< 95 % of an exit between two neighbours
};

/// The lower bound on the number of queries, rounded up, at least 1: c (sigma/gap)^2 with c = 2 * 1.96^2, (2 * 1.645)^2
/// or (2 * 1.96)^2. sigma >= 0 and gap > 0 in ms; throws Error(kFailure) where they are not.
std::int64_t queries_needed(Sureness sureness, double sigma_ms, double gap_ms);

}  // namespace exitaudit::report
