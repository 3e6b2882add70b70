#pragma once
// The label-only attack (specification 5.4 to 5.6): who is far from another label was trained on. No torch.
//
// The original attack has ONE threshold, from all of the shadow's samples pooled; the hybrid has one for each exit.
// Thresholds come from the shadow alone, those of the rows' flip rate too (X13).

#include <cstdint>
#include <string>
#include <vector>

#include "stages/attack/attack_features.h"
#include "stages/schema/distances.h"
#include "stages/schema/measurement.h"

namespace exitaudit::attack {

/// How far each sample is from another label, and the exit where the adversary learnt it.
struct DistanceView {
  bool shares = false;           ///< of flipped copies, in [0, 1]; false: L2 distances
  std::int64_t rates = 1;        ///< columns: one for each rate of flips
  std::vector<double> distance;  ///< [n, rates] larger = further from another label
  ExitView exit;                 ///< exits = 0: not seen

  std::int64_t count() const { return static_cast<std::int64_t>(distance.size()) / rates; }
  bool sees_exit() const { return exit.exits > 0; }
};

/// Between datasets of several sizes distances are divided by sqrt(d) (6.4).
enum class DistanceScale { kPlain, kPerDimension };

DistanceView see_distances(const schema::Distances& distances, Misclassified rule, DistanceScale scale,
                           ExitView exit = {});

/// Where the attack draws its line in one group of samples.
struct DistanceThreshold {
  std::int64_t rate = 0;  ///< column of the view
  double value = 0;       ///< member: larger than it
  double accuracy = 0;    ///< on the shadow's samples
};

/// The smallest candidate of the best accuracy on `rows` of the shadow: i * M / 100 for distances up to M, i = 1 .. 99;
/// for shares, 0, .01, .., .99 at each rate, the first rate first.
DistanceThreshold calibrate_threshold(const Lesson<DistanceView>& shadow, const std::vector<std::size_t>& rows);

/// Rows of the exits that the adversary believes, ascending: of each exit as many members as non-members, drawn from
/// the streams named by `names`. All rows where the groups are balanced already. (Natural groups are taken whole.)
std::vector<std::size_t> balance_by_exit(const ExitView& believed, const std::vector<std::uint8_t>& member,
                                         const std::vector<std::string>& names);

/// The attack's answer to the samples that it can judge.
struct LabelOnlyAnswer {
  std::vector<std::size_t> row;        ///< [n] of the target's view, ascending
  std::vector<std::int32_t> group;     ///< [n] exit whose threshold was used; 0 for the original attack
  std::vector<double> score;           ///< [n] in [0, 1]: distance / (distance + threshold), so 0.5 at the threshold
  std::vector<std::uint8_t> decision;  ///< [n] 1 = member: distance > threshold
  std::int64_t skipped_exits = 0;      ///< where shadow or target has nobody (X24)
};

/// Judges `rows` of the target, with a threshold for each exit where both views see exits, else with one for all.
LabelOnlyAnswer label_only_attack(const Lesson<DistanceView>& shadow, const DistanceView& target,
                                  const std::vector<std::size_t>& rows);

/// Success of a hybrid as a mean over exits, with 95 % intervals from those of each exit (square-and-add: Zou and
/// Donner, 2008): slice "exits_mean", each exit alike, as the paper does, and "exits_weighted", by the exits' natural
/// shares `exit_share`. Exits without samples count for neither.
std::vector<schema::Measurement> measure_over_exits(const LabelOnlyAnswer& answer,
                                                    const std::vector<std::uint8_t>& member,
                                                    const std::vector<double>& exit_share);

/// The same of balanced accuracy, which "always non-member" cannot raise above 0.5 at any exit, however skewed. Exits
/// that lack members or non-members count for neither; NaN where all do.
std::vector<schema::Measurement> measure_balanced_over_exits(const LabelOnlyAnswer& answer,
                                                             const std::vector<std::uint8_t>& member,
                                                             const std::vector<double>& exit_share);

/// How many members and others of each of `groups` groups were judged.
struct JudgedSides {
  std::int64_t members = 0;
  std::int64_t others = 0;
  std::int64_t count() const { return members + others; }
};
std::vector<JudgedSides> judged_sides(const LabelOnlyAnswer& answer, const std::vector<std::uint8_t>& member,
                                      std::size_t groups);

}  // namespace exitaudit::attack
