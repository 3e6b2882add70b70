#include "stages/statistics/null_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

/// Expected success of fixed decisions on shuffled memberships: exactly 0.5 for equal numbers.
double chance(std::span<const std::uint8_t> decisions, std::span<const std::uint8_t> members) {
  const auto share = [](std::span<const std::uint8_t> flags) {
    const auto set = std::count_if(flags.begin(), flags.end(), [](std::uint8_t flag) { return flag != 0; });
    return static_cast<double>(set) / static_cast<double>(flags.size());
  };
  const double called = share(decisions);
  const double true_share = share(members);
  return called * true_share + (1 - called) * (1 - true_share);
}

std::int64_t right_after(const std::vector<std::int64_t>& permutation, std::span<const std::uint8_t> decisions,
                         std::span<const std::uint8_t> members) {
  std::int64_t right = 0;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const bool member = members[static_cast<std::size_t>(permutation[i])] != 0;
    right += (decisions[i] != 0) == member ? 1 : 0;
  }
  return right;
}

}  // namespace

std::vector<schema::Measurement> check_null(std::span<const std::uint8_t> decisions,
                                            std::span<const std::uint8_t> members, std::int64_t permutations,
                                            const std::string& name) {
  require(decisions.size() == members.size(), "one decision a sample");
  std::vector<schema::Measurement> found;
  const auto n = static_cast<std::int64_t>(members.size());
  if (permutations == 0 || n == 0) return found;
  const double expected = chance(decisions, members);
  const double confidence = sidak(kNullConfidence, permutations);
  bool within = true;
  for (std::int64_t k = 0; k < permutations; ++k) {
    const std::int64_t right = right_after(stream("null", name, k).permutation(n), decisions, members);
    const Interval interval = clopper_pearson(right, n, confidence);
    within = within && interval.contains(expected);
    found.push_back({fmt::format("permutation={}", k), "attack_success",
                     static_cast<double>(right) / static_cast<double>(n), interval.low, interval.high, n});
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  found.push_back({"null", "null_within", within ? 1.0 : 0.0, kNone, kNone, permutations});
  return found;
}

}  // namespace exitaudit::statistics
