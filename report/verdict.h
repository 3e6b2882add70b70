#pragma once
// The verdict in three sentences, for the top of a report: how much the audited models leak, what their exits add, and
// what undermines these numbers.

#include <array>
#include <string>

#include "report/items/study_view.h"

namespace exitaudit::report {

/// 0: the most successful original attack and the most successful attack at all, each of how many, against chance
///    (50 %, as many members as others).
/// 1: hybrid attacks against the original attack and the exit-only control on the same model: on how many the
///    difference's interval lies above 0, and the largest gain. "Surely": by that interval.
/// 2: failed checks and null tests, holes, and how wide the intervals are; or that nothing speaks against it.
/// Of a single model each, no means. Each is a plain sentence or two, also where there is nothing to say.
std::array<std::string, 3> verdict_sentences(const StudyView& view);

}  // namespace exitaudit::report
