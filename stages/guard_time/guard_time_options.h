#pragma once
// GuardTimeOptions: the TimeGuard sweep (specification 7).

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/guard_time/time_guard.h"

namespace exitaudit::guard_time {

inline constexpr std::array<std::string_view, 2> kCapNames{"none", "max"};
inline constexpr std::array<std::string_view, 2> kReleaseNames{"measured", "deadline"};

/// Who attacks a guarded model (specification 7). All but the first know that there is a guard, and its sigma and cap.
enum class GuardAdversary {
  kUnaware,     ///< reads the clock as if there were no guard
  kLikelihood,  ///< knows the delay's density, its sharp edge and its atom at the cap
  kRetrained,   ///< trains its attack on a shadow behind the same guard, with the exits that it steals there
  kAveraging,   ///< asks near-duplicates of a sample, each with a delay of its own
};
inline constexpr std::array<std::string_view, 4> kGuardAdversaryNames{"unaware", "likelihood", "retrained",
                                                                      "averaging"};

struct GuardTimeOptions {
  std::vector<double> sigma_ms;  ///< scales of the half-normal delay; empty = no guard
  Cap cap = Cap::kNone;
  Release release = Release::kMeasured;
  std::vector<GuardAdversary> adversaries{GuardAdversary::kUnaware};
  std::int64_t near_duplicates = 10;  ///< that the averaging adversary asks for each sample
};
void describe(Fields& f, GuardTimeOptions& o);

struct GuardTimeJob {
  double sigma_ms = 0;
  Cap cap = Cap::kNone;
  Release release = Release::kMeasured;
  std::int64_t near_duplicates = 0;  ///< 0: the sample itself is asked, in each repeat
};
void describe(Fields& f, GuardTimeJob& o);

}  // namespace exitaudit::guard_time
