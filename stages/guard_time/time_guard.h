#pragma once
// TimeGuard: when an answer may leave, so that the clock no longer tells at which exit it was found (specification 7,
// Algorithm 1). The library exitaudit_guard: libcrypto and the standard library only.
//
// The delay is half-normal and comes from the sample's own content and a secret, so that asking again reveals nothing
// new. All of it is arithmetic that IEEE 754 fixes: equal contents get equal delays on every machine.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "stages/guard_time/secret.h"

namespace exitaudit::guard_time {

/// kMax: no answer is held beyond the slowest exit's time, and the last exit's are not held at all (X12).
enum class Cap { kNone, kMax };
/// What the delay is added to: each answer's own time, whose jitter shows, or a constant of its exit.
enum class Release { kMeasured, kDeadline };

struct TimeGuardPolicy {
  double sigma_ms = 0;  ///< scale of the half-normal: the mean delay is sqrt(2/pi) = 0.798 of it
  Cap cap = Cap::kNone;
  Release release = Release::kMeasured;
  std::int64_t exits = 1;
  double max_ms = 0;                     ///< Tmax, for Cap::kMax
  std::vector<double> deadline_ms = {};  ///< [exits] t_k, for Release::kDeadline
};

/// When an answer leaves, in ms since it was asked for. `overrun`: it was found after its time and left at once.
struct ReleaseTime {
  double ms = 0;
  bool overrun = false;
};

class TimeGuard {
 public:
  /// Throws std::invalid_argument for a policy that lacks what its cap or its release needs.
  TimeGuard(const Secret& secret, TimeGuardPolicy policy);

  const TimeGuardPolicy& policy() const { return policy_; }
  /// 64 bits: HKDF of secret and hash, as the paper's code makes its eight.
  std::uint64_t seed(std::string_view content_hash) const;
  double delay_ms(std::uint64_t seed) const;
  /// With b the clean time or the exit's deadline: b + delay; under the cap min(b + delay, Tmax) where the exit is not
  /// the last and b < Tmax, else b. Never before `clean_ms`. Throws std::out_of_range for an exit that is not there.
  ReleaseTime release(std::uint64_t seed, std::int64_t exit, double clean_ms) const;

 private:
  TimeGuardPolicy policy_;
  Secret key_;
};

/// |g| of a standard normal g at the quantile (2 k + 1) / 2^53, k the seed's upper 52 bits; 0 < |g| < 8.3.
double half_normal(std::uint64_t seed);

/// For servers: call when the answer is found; comes back when it may leave. `asked`: when the query came in. Many
/// threads may wait on one guard.
ReleaseTime wait_for_release(const TimeGuard& guard, std::string_view content_hash, std::int64_t exit,
                             std::chrono::steady_clock::time_point asked);

}  // namespace exitaudit::guard_time
