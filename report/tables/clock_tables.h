#pragma once
// The tables about the clock: how often an adversary that is not told the exits believes the right ones, and how long
// the models take, with and without a guard (the paper's Tables 1 and 2, and the times of Figure 20).

#include "report/formats/text_table.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// A row for each model and way to learn its exits, and the means over exits; empty where nobody stole any.
TextTable stolen_exits_table(const StudyResults& results);

/// A row for each model and load, and for each guard; empty where nothing was timed.
TextTable times_table(const StudyResults& results);

/// A row for each model, attack and adversary that a guard was swept against; empty where none was.
TextTable guard_table(const StudyResults& results);

}  // namespace exitaudit::report
