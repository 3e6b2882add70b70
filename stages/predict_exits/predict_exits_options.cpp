#include "stages/predict_exits/predict_exits_options.h"

namespace exitaudit::predict_exits {

void describe(Fields& f, PredictExitsJob& o) {
  f.text("dataset", o.dataset, "the target's dataset");
  f.text("network", o.network, "the target's architecture");
  f.integer("exits", o.exits, {1, 6}, "the target's number of exits");
  f.integer("seed", o.seed, {}, "seed of the study");
  f.text("shadow_model", o.shadow_model, "whose shadow teaches the thief");
  block(f, "training", o.training, "how the thief's model is trained");
  block(f, "execution", o.execution, "threads and determinism");
}

}  // namespace exitaudit::predict_exits
