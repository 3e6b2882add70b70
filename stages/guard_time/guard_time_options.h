#pragma once
// GuardTimeOptions: the TimeGuard sweep (specification 7).

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::guard_time {

enum class Cap { kNone, kMax };
inline constexpr std::array<std::string_view, 2> kCapNames{"none", "max"};
enum class Release { kMeasured, kDeadline };
inline constexpr std::array<std::string_view, 2> kReleaseNames{"measured", "deadline"};

struct GuardTimeOptions {
  std::vector<double> sigma_ms;  ///< scales of the half-normal delay; empty = no guard
  Cap cap = Cap::kNone;
  Release release = Release::kMeasured;
};
void describe(Fields& f, GuardTimeOptions& o);

struct GuardTimeJob {
  double sigma_ms = 0;
  Cap cap = Cap::kNone;
  Release release = Release::kMeasured;
};
void describe(Fields& f, GuardTimeJob& o);

}  // namespace exitaudit::guard_time
