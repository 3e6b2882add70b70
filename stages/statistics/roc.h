#pragma once
// Receiver operating characteristic of membership scores. Positive = member; a larger score says "member".
//
// Equal scores are one step, because no threshold can part them; nothing is interpolated between steps.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace exitaudit::statistics {

/// What "member if score >= threshold" finds.
struct RocStep {
  double threshold = 0;
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
};

struct Roc {
  std::int64_t members = 0;
  std::int64_t non_members = 0;
  std::vector<RocStep> steps;  ///< falling threshold, from nobody (threshold +inf) to everybody
};

/// Throws Error(kFailure) with the place of a score that is not a number.
Roc make_roc(std::span<const double> scores, std::span<const std::uint8_t> members);

/// Area under the curve = share of (member, non-member) pairs that are ordered right, ties counted half (Mann-Whitney).
/// NaN without members or without non-members.
double auc(const Roc& roc);

/// The step with the most true positives whose false-positive rate is at most `fpr`. Empty where it cannot be told:
/// no members, or fewer than 1/fpr non-members, so that one false positive is already too many.
std::optional<RocStep> step_at_fpr(const Roc& roc, double fpr);

}  // namespace exitaudit::statistics
