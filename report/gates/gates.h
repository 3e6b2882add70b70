#pragma once
// The eleven qualitative gates of specification 9: what the paper claims, and whether it holds on this study.
//
// A gate holds where all that it claims holds on every subject of the study that can be judged, does not hold where one
// subject's interval excludes it, and is undecided otherwise. Subjects are judged each by its own 95 % interval: of
// very many, some contradict by chance, so the evidence counts them.

#include <string>
#include <vector>

#include "report/formats/text_table.h"
#include "report/items/decision.h"
#include "report/items/study_view.h"

namespace exitaudit::report {

/// What "nearly the same", "small" and "flat" are read as here, in shares: two points. The paper gives no number.
inline constexpr double kSmall = 0.02;
/// "Exit accuracy near 1": where adversary 2 should be as good as adversary 1.
inline constexpr double kNearOne = 0.99;

struct Gate {
  int number = 0;  ///< 1 .. 11
  std::string claim;
  Decision verdict = Decision::kUndecided;
  std::string
      evidence;  ///< a sentence for each part of the claim: counts, an example with its interval, what is missing
};

/// All eleven, in order.
std::vector<Gate> judge_gates(const StudyView& view);

TextTable gates_table(const std::vector<Gate>& gates);

}  // namespace exitaudit::report
