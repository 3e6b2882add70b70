#pragma once
// The rule of early exit (specification 4), for whoever has all exits' confidences at once.

#include <cstdint>
#include <span>

namespace exitaudit::networks {

/// First exit but the last whose confidence is >= tau, else the last; `confidence` is [exits] of one sample.
inline std::int64_t exit_taken(std::span<const float> confidence, double tau) {
  std::size_t exit = 0;
  while (exit + 1 < confidence.size() && !(confidence[exit] >= tau)) ++exit;
  return static_cast<std::int64_t>(exit);
}

}  // namespace exitaudit::networks
