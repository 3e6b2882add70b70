#pragma once
// rows: what a model's own artifacts say of it, as measurements with intervals.

#include <vector>

#include "stages/schema/characteristics.h"
#include "stages/schema/measurement.h"
#include "stages/schema/observations.h"
#include "stages/schema/thresholds.h"
#include "stages/schema/weights.h"

namespace exitaudit::tabulate {

/// Slice "all", at the model's tau: test_accuracy, train_accuracy, overfitting (train - test; Newcombe's interval),
/// tau, ops_official, ops_corrected (mean operations of a test sample), vanilla_accuracy, vanilla_ops_official,
/// vanilla_ops_corrected (on the calibration samples), feasible, cheaper (0 or 1).
/// Slices "exit=k": exit_share of the test samples; ops_official and ops_corrected of leaving there; test_accuracy and
/// train_accuracy if that exit answered all of them.
std::vector<schema::Measurement> measure(const schema::Thresholds& thresholds);

/// Slices "exit=k": final_train_top1 and final_test_top1, of the training's last evaluation.
std::vector<schema::Measurement> measure(const schema::Weights& weights);

/// Slices "exit=k": non_member_share; NaN with n = 0 for an exit that no sample took (specification 8). Of a user's
/// recording, which has no thresholds, also slice "all": test_accuracy (of non-members), train_accuracy (of members)
/// and overfitting, of the recorded answers.
std::vector<schema::Measurement> measure(const schema::Observations& observations);

/// What thresholds and observations do not say already: all but overfitting and non_member_share.
std::vector<schema::Measurement> measure(const schema::Characteristics& characteristics);

}  // namespace exitaudit::tabulate
