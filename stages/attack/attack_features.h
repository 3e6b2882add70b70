#pragma once
// What each adversary sees, one type for each, made by the one function that reads the observations (specification 5,
// "who sees what"). An attack takes a view, so a true label, a loss or a membership cannot reach it by accident.

#include <cstdint>
#include <vector>

#include "stages/attack/attack_options.h"
#include "stages/schema/observations.h"

namespace exitaudit::attack {

/// Which exit answered, as the adversary believes.
struct ExitView {
  std::int64_t exits = 0;
  std::vector<std::int32_t> exit;  ///< [n] 0 .. exits-1
};

/// The score vector of each answer, and the exit where the adversary learnt it.
struct ScoreView {
  std::int64_t width = 0;     ///< 3 or the number of classes
  std::vector<float> scores;  ///< [n, width] probabilities, descending; zeros where there are fewer than 3 classes
  ExitView exit;              ///< exits = 0: not seen

  std::int64_t count() const { return width == 0 ? 0 : static_cast<std::int64_t>(scores.size()) / width; }
  bool sees_exit() const { return exit.exits > 0; }
};

/// What an attack learns from: the shadow's answers, and which samples the shadow was trained on.
template <class View>
struct Lesson {
  View view;
  std::vector<std::uint8_t> member;  ///< [n]
};

/// Throws Error(kFailure) with the sample's index where a score is not a number.
ScoreView see_scores(const schema::Observations& observations, ScoreInput input);
ScoreView see_scores(const schema::Observations& observations, ScoreInput input, ExitView exit);

/// The true exits (adversary 1). Throws Error(kFailure) with the sample's index where one is out of range.
ExitView see_exits(const schema::Observations& observations);

}  // namespace exitaudit::attack
