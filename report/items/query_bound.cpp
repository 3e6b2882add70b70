#include "report/items/query_bound.h"

#include <algorithm>
#include <cmath>

#include "pipeline/base/error.h"

namespace exitaudit::report {

std::int64_t queries_needed(Sureness sureness, double sigma_ms, double gap_ms) {
  require(gap_ms > 0 && sigma_ms >= 0, "only exits with a gap between them can be told apart");
  constexpr double kTwoSided = 1.96;  // the paper's rounding of the normal quantiles
  constexpr double kOneSided = 1.645;
  const double factor = sureness == Sureness::kZTest  ? 2 * std::pow(kTwoSided, 2)
                        : sureness == Sureness::kSide ? std::pow(2 * kOneSided, 2)
                                                      : std::pow(2 * kTwoSided, 2);
  // Beyond 2^62 nobody asks, and an integer holds no more.
  const double queries = std::min(factor * std::pow(sigma_ms / gap_ms, 2), 0x1p62);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(queries)));
}

}  // namespace exitaudit::report
