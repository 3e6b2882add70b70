#pragma once
// The stage `characterize`: a target's observations and thresholds -> characteristics.

#include "stages/characterize/characterize_options.h"
#include "stages/schema/characteristics.h"
#include "stages/schema/observations.h"
#include "stages/schema/thresholds.h"
#include "stages/stage.h"

namespace exitaudit::characterize {

/// All of specification 8 that one model's answers tell: loss_distributions.h, answer_quality.h, and "overfitting".
/// `thresholds` is null for a user's recording.
schema::Characteristics characterize(const schema::Observations& observations, const schema::Thresholds* thresholds,
                                     const CharacterizeJob& settings);

/// Reads "observations" and, where it is there, "thresholds"; leaves characteristics.
void characterize_stage(StageContext& context);

}  // namespace exitaudit::characterize
