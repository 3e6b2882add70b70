#pragma once
// weights: a network's named parameters and buffers, and the history of its training.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

struct NamedArray {
  std::string name;  ///< "blocks.0.conv.weight"
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Accuracies in [0, 1], one row an evaluation; arrays are [evaluations, exits] row-major.
struct TrainingHistory {
  std::vector<std::int64_t> epoch;                                   ///< [epochs], 1 ..
  std::vector<double> learning_rate;                                 ///< [epochs]
  std::vector<double> loss;                                          ///< [epochs], mean joint training loss
  std::vector<std::int64_t> evaluated;                               ///< [evaluations], epoch numbers
  std::vector<double> train_top1, train_top5, test_top1, test_top5;  ///< [evaluations, exits]
};

struct Weights {
  std::int64_t exits = 1;
  std::vector<NamedArray> arrays;
  TrainingHistory history;
};

/// Throws Error(kFailure) naming the array: a name seen twice or with a slash, a length that is not its shape's
/// product.
void check(const Weights& weights);
void write(ArtifactWriter& out, const Weights& weights);
Weights read_weights(const ArtifactReader& in);

}  // namespace exitaudit::schema
