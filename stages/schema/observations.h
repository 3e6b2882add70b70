#pragma once
// observations: all that any adversary may be shown of one model, per sample (specification 5).

#include <cstdint>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

/// Positive = member. Row i of every array belongs to the sample `index[i]`; join on it, never on the position.
///
/// A recording that a user imports holds the answer alone: no features, no tau, and what the other exits would have
/// said is not known. It then is `answers_only`, and the arrays over exits have one column, the answer's. Ask answer(i)
/// for the place of sample i's answer in them, whatever they hold.
struct Observations {
  std::int64_t exits = 1;
  std::int64_t classes = 0;
  std::int64_t features = 0;             ///< width of the last layer's input; 0: not known
  double tau = 1;                        ///< NaN: not known
  bool answers_only = false;             ///< prediction, confidence and loss are [n, 1], of the exit taken
  std::int64_t checked_twice = 0;        ///< samples that the model answered twice, with the same bits
  std::vector<std::int64_t> index;       ///< [n] in the dataset
  std::vector<std::uint8_t> member;      ///< [n] 1 = the model was trained on it
  std::vector<std::int32_t> label;       ///< [n] true class
  std::vector<std::int32_t> exit_taken;  ///< [n] 0 .. exits-1
  std::vector<std::int32_t> prediction;  ///< [n, seen()]
  std::vector<float> confidence;         ///< [n, seen()] largest softmax value
  std::vector<float> loss;               ///< [n, seen()] cross-entropy with the true label
  std::vector<float> logits;             ///< [n, classes] of the exit taken
  std::vector<float> feature;            ///< [n, features] input of the last layer of the exit taken

  std::int64_t count() const { return static_cast<std::int64_t>(index.size()); }
  std::int64_t seen() const { return answers_only ? 1 : exits; }  ///< columns of the arrays over exits
  /// Place of sample i's answer in prediction, confidence and loss.
  std::size_t answer(std::size_t i) const {
    return answers_only ? i : i * static_cast<std::size_t>(exits) + static_cast<std::size_t>(exit_taken[i]);
  }
};

/// Throws Error(kFailure) with the sample's index: a NaN, an exit or label out of range, an index seen twice, unequal
/// lengths.
void check(const Observations& observations);
void write(ArtifactWriter& out, const Observations& observations);
Observations read_observations(const ArtifactReader& in);

}  // namespace exitaudit::schema
