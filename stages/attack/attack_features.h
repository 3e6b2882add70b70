#pragma once
// What each adversary sees, one type for each, made by the one function that reads the observations (specification 5,
// "who sees what"). An attack takes a view, so a true label, a loss or a membership cannot reach it by accident.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/attack/attack_options.h"
#include "stages/schema/observations.h"
#include "stages/schema/stolen_exits.h"

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

/// What the gradient-based adversary reads in the model it holds, of the exit that answered (5.1). The gradient of the
/// last layer's weight is residual (outer) feature, that of its bias is the residual: exact in evaluation mode, as the
/// last layer is linear. Neither is ever stored.
struct WhiteBoxView {
  std::int64_t classes = 0;
  std::int64_t features = 0;
  std::vector<float> scores;        ///< [n, classes] probabilities, descending
  std::vector<float> residual;      ///< [n, classes] probabilities minus one-hot of the true class, in class order
  std::vector<float> feature;       ///< [n, features] input of the last layer
  std::vector<float> loss;          ///< [n] cross-entropy
  std::int64_t label_width = 0;     ///< classes, or 2
  std::vector<std::int32_t> label;  ///< [n] true class; of width 2: 1 where the answer is right
  ExitView exit;                    ///< exits = 0: not seen

  std::int64_t count() const { return static_cast<std::int64_t>(loss.size()); }
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

/// As see_scores(); the gradient needs at least three classes and three features (a 3x3 convolution reads it).
WhiteBoxView see_inside(const schema::Observations& observations, LabelInput label, ExitView exit = {});

/// The true exits (adversary 1). Throws Error(kFailure) with the sample's index where one is out of range.
ExitView see_exits(const schema::Observations& observations);

/// The exits that the adversary believes, joined by sample and never by position. `stolen_by` is the job that believes
/// so, for the error: Error(kFailure) naming the first sample of `index` that it knows nothing of.
ExitView join_exits(const schema::StolenExits& stolen, const std::string& stolen_by,
                    const std::vector<std::int64_t>& index);

}  // namespace exitaudit::attack
