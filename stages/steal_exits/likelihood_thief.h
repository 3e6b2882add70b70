#pragma once
// The likelihood thief: an adversary who knows that TimeGuard delays answers, its sigma and its cap (specification 7,
// [R] b and c), and times a model of its own without a guard.
//
// TimeGuard adds |sigma g|, never less than nothing. So an exit's guarded times begin sharply at its clean time,
// however large sigma is, and the exit is told by Bayes' rule: a Gaussian clean time (center c, jitter s) plus a
// half-normal has the density 2/w phi(z) Phi(z sigma/s), w^2 = sigma^2 + s^2, z = (t - c)/w (Azzalini's skew-normal).
// Under the cap an exit but the last ends in an atom at Tmax, and the last is not delayed at all.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/guard_time/guard_time_options.h"
#include "stages/steal_exits/timings.h"

namespace exitaudit::steal_exits {

/// Density per ms at `time_ms` of a Gaussian time behind an uncapped guard, as its logarithm. All in ms; jitter > 0.
double log_guarded_density(double time_ms, double center_ms, double jitter_ms, double sigma_ms);

/// Share of such times up to `time_ms`: Phi(z) - 2 T(z, sigma/s), T Owen's.
double guarded_share_below(double time_ms, double center_ms, double jitter_ms, double sigma_ms);

/// The guard's Tmax as its cap defines it: mean time of the 100 samples with the largest exits (of fewer, all).
double slowest_mean(const OwnModel& own);

struct KnownGuard {
  double sigma_ms = 0;
  guard_time::Cap cap = guard_time::Cap::kNone;
};

class LikelihoodThief {
 public:
  /// `own`: without a guard. `guarded_ms`: the times that it is asked about, any number; a cap shows in them as one
  /// value that recurs (three times or more, the most often within half the last exits' distance of the Tmax that `own`
  /// predicts), and is taken from there where it does. Throws Error(kFailure) where `own` has no times.
  LikelihoodThief(const OwnModel& own, const KnownGuard& guard, std::span<const double> guarded_ms);

  /// [n] The exit of largest posterior; the earlier of equals. A time at the cap is an exit's that the cap holds back.
  std::vector<std::int32_t> tell_exits(std::span<const double> times_ms) const;

  std::int64_t exits_seen() const { return static_cast<std::int64_t>(parts_.size()); }
  std::string method() const;

 private:
  /// One exit as the adversary's own model shows it.
  struct Part {
    std::int32_t exit = 0;
    double log_share = 0;
    double center_ms = 0;
    double jitter_ms = 0;
  };
  double log_density(const Part& part, double time_ms) const;
  double log_atom(const Part& part) const;
  bool delayed(const Part& part) const;
  double find_cap(double predicted, std::span<const double> guarded_ms) const;

  KnownGuard guard_;
  std::int64_t exits_ = 1;
  double cap_ms_ = 0;
  std::vector<Part> parts_;  ///< of exits that were seen, by rising exit
};

}  // namespace exitaudit::steal_exits
