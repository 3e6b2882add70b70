#include "stages/characterize/characterize_options.h"

namespace exitaudit::characterize {

void describe(Fields& f, CharacterizeOptions& o) {
  f.integer("bins", o.bins, {2, 100000}, "bins of the loss histograms that the divergence compares");
  f.integer("permutations", o.permutations, {0, 10000},
            "permuted labels whose mean divergence is taken off as bias; 0 = nothing is");
}

void describe(Fields& f, CharacterizeJob& o) {
  f.text("dataset", o.dataset, "the model's dataset");
  f.text("network", o.network, "the model's architecture");
  f.integer("exits", o.exits, {1, 64}, "the model's number of exits");
  f.integer("seed", o.seed, {}, "seed of the study");
  block(f, "characteristics", o.characteristics, "how loss distributions are compared");
}

}  // namespace exitaudit::characterize
