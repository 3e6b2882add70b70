#pragma once
// How well an attack told members from non-members: overall, per exit taken, per class, and where the model was right
// or wrong. The same code judges every attack (specification 5.3; metric conventions: Carlini et al., 2022).

#include <cstdint>
#include <string>
#include <vector>

#include "stages/schema/measurement.h"
#include "stages/schema/verdicts.h"

namespace exitaudit::statistics {

/// Measures `verdicts` (whose own `measurements` are not read), all with 95 % intervals:
///   attack_success      share of right decisions, Clopper-Pearson
///   balanced_accuracy   mean of the rates of right decisions on members and on non-members, stratified bootstrap
///   auc                 from scores, stratified bootstrap
///   tpr_at_fpr_1pct, tpr_at_fpr_0.1pct   Clopper-Pearson; NaN with fewer than 100 or 1,000 non-members; n = members
/// for the slices "all", "exit=k", "correct", "wrong" and "class=c"; a class whose true-positive rate cannot be told
/// has none rather than NaN. A slice without samples is left out; "empty_exits" (slice "all", n = exits) counts such
/// exits. What needs both members and non-members is NaN in a slice that lacks one. `name` names the bootstrap's random
/// streams.
std::vector<schema::Measurement> measure(const schema::Verdicts& verdicts, std::int64_t exits, const std::string& name);

}  // namespace exitaudit::statistics
