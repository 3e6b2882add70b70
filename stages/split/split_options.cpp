#include "stages/split/split_options.h"

namespace exitaudit::split {

void describe(Fields& f, SplitOptions& o) {
  f.integer("samples_per_part", o.samples_per_part, {0, 1000000000}, "samples in each of the four parts; 0 = all");
  f.real("calibration_share", o.calibration_share, {0, 0.9},
         "share of both test parts kept for choosing tau; 0 = the whole test part, which the attacks then use too");
  choice(f, "pool", o.pool, kDataPoolNames, "draw from training and test files together, or from training files only");
}

void describe(Fields& f, SplitJob& o) {
  f.text("dataset", o.dataset, "name of the dataset");
  f.integer("seed", o.seed, {}, "seed of the study");
  block(f, "split", o.split, "how the dataset is cut");
}

}  // namespace exitaudit::split
