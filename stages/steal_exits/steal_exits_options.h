#pragma once
// StealExitsOptions: how exits are told from latencies (specification 6.2).

#include <array>
#include <cstdint>
#include <string_view>

#include "pipeline/config/fields.h"
#include "stages/guard_time/guard_time_options.h"

namespace exitaudit::steal_exits {

enum class Recipe { kSound, kPaper };
inline constexpr std::array<std::string_view, 2> kRecipeNames{"sound", "paper"};
enum class Statistic { kMedian, kTrimmedMean, kMean, kMin };
inline constexpr std::array<std::string_view, 4> kStatisticNames{"median", "trimmed_mean", "mean", "min"};
enum class Bandwidth { kIsj, kSilverman, kShadow, kFixed };
inline constexpr std::array<std::string_view, 4> kBandwidthNames{"isj", "silverman", "shadow", "fixed"};
enum class FitOn { kShadowQueries, kEvaluated };
inline constexpr std::array<std::string_view, 2> kFitOnNames{"shadow_queries", "evaluated"};

struct StealExitsOptions {
  Recipe recipe = Recipe::kSound;
  Statistic statistic = Statistic::kMedian;
  Bandwidth bandwidth = Bandwidth::kIsj;
  double bandwidth_ms = 0.15;  ///< for `fixed`
  FitOn fit_on = FitOn::kShadowQueries;
};
void describe(Fields& f, StealExitsOptions& o);

/// Who tells exits from the clock: valleys of the density, or a likelihood that knows TimeGuard's delay.
enum class Thief { kDensity, kLikelihood };
inline constexpr std::array<std::string_view, 2> kThiefNames{"density", "likelihood"};

struct StealExitsJob {
  StealExitsOptions steal_exits;
  Thief thief = Thief::kDensity;
  double guard_sigma_ms = 0;                           ///< for `likelihood`
  guard_time::Cap guard_cap = guard_time::Cap::kNone;  ///< for `likelihood`
};
void describe(Fields& f, StealExitsJob& o);

}  // namespace exitaudit::steal_exits
