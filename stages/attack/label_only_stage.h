#pragma once
// The label-only rows of the stage `attack`: distances of shadow and target in, verdicts out.

#include <string>
#include <vector>

#include "stages/attack/attack_options.h"
#include "stages/attack/label_only_attack.h"
#include "stages/schema/verdicts.h"
#include "stages/stage.h"

namespace exitaudit::attack {

/// One model's distances, its exits as the adversary knows or believes them (exits = 0 for the original attack, which
/// does not ask), and the job that the distances come from, for error messages.
struct MeasuredModel {
  std::string job;
  schema::Distances distances;
  ExitView exits;
};

/// Throws Error(kFailure), naming both jobs and both values, where the shadow cannot teach an attack on the target:
/// another method, other exits, or a side that lacks members or non-members.
void check_pair(const MeasuredModel& shadow, const MeasuredModel& target);

/// Verdicts of the samples that the attack could judge, with all measurements but the null check. `streams` names
/// random streams.
///
/// A hybrid's "attack_success" of slice "all" is the plain mean over exits, which is what the paper reports (5.6); the
/// pooled samples' stands in slice "pooled", the mean by natural shares in "exits_weighted", and "skipped_exits" counts
/// exits that could not be attacked. All other metrics are of the pooled samples, but of natural groups
/// balanced_accuracy is a mean over exits, too. "small_groups" (n = groups that were judged: exits of a hybrid, one of
/// the original) counts those of fewer than 30 members or 30 others; "natural_population" is 1 where groups are
/// natural. The other reading of misclassified samples is measured whole in slice "misclassified=distance" (or
/// "=zero").
schema::Verdicts judge(const MeasuredModel& shadow, const MeasuredModel& target, const AttackJob& settings,
                       const std::string& streams);

/// Reads "shadow" and "target" (distances) and, where exits are stolen or predicted, "stolen_exits" (and
/// "shadow_stolen_exits" of an adversary that learns behind a guard); leaves verdicts with their
/// measurements and the null check.
void label_only_stage(StageContext& context, const AttackJob& settings);

}  // namespace exitaudit::attack
