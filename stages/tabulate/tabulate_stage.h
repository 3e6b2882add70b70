#pragma once
// The stage `tabulate`: all results of a study -> one tidy table and the curves of its figures.

#include "stages/stage.h"

namespace exitaudit::tabulate {

/// Reads every source of its settings, leaves a table.
void tabulate_stage(StageContext& context);

}  // namespace exitaudit::tabulate
