#pragma once
// The stage `tabulate`: all results of a study -> one tidy table.

#include <vector>

#include "stages/schema/measurement.h"
#include "stages/stage.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit::tabulate {

/// One row a measurement, on the axes of its source.
std::vector<schema::TableRow> rows_of(const TabulateSource& source, const std::string& job,
                                      const std::vector<schema::Measurement>& measurements);

/// Reads every source of its settings, leaves a table: their measurements, the means over them and the checks, sorted.
void tabulate_stage(StageContext& context);

}  // namespace exitaudit::tabulate
