#pragma once
// ClassifierRecipe: how the small classifiers of an adversary are trained (specification 5.3). Plain, no torch.

#include <cstdint>

#include "pipeline/config/fields.h"

namespace exitaudit {

struct ClassifierRecipe {
  std::int64_t epochs = 100;
  std::int64_t batch_size = 256;
  double learning_rate = 0.01;  ///< at the start; falls along a cosine to 0
  double momentum = 0.9;
  double weight_decay = 5e-4;
  bool hold_out = false;  ///< keep the epoch that is best on a fifth of the lesson instead of the last one
};

inline void describe(Fields& f, ClassifierRecipe& o) {
  f.integer("epochs", o.epochs, {1, 100000}, "passes over the shadow's samples");
  f.integer("batch_size", o.batch_size, {1, 1000000}, "samples in a step");
  f.real("learning_rate", o.learning_rate, {0, 1000, true}, "at the start; falls along a cosine to 0");
  f.real("momentum", o.momentum, {0, 1}, "of SGD");
  f.real("weight_decay", o.weight_decay, {0, 1000}, "of SGD");
  f.boolean("hold_out", o.hold_out, "keep the epoch that is best on a fifth of the shadow's samples");
}

}  // namespace exitaudit
