#include "stages/add_noise/add_noise_options.h"

namespace exitaudit::add_noise {

void describe(Fields& f, AddNoiseOptions& o) {
  f.reals("sigma_ms", o.sigma_ms, {0, 1e6}, "standard deviations of the network's delay, ms; empty = none");
  f.integers("queries", o.queries, {1, 1000000}, "how often each sample is asked");
  f.real("mean_ms", o.mean_ms, {0, 1e6}, "mean of the network's delay, ms");
  choice(f, "positive", o.positive, kPositiveNames, "what keeps a delay positive: another draw, or its absolute value");
  f.texts("dataset", o.dataset, "only for these datasets; empty = all");
  f.texts("network", o.network, "only for these networks; empty = all");
}

void describe(Fields& f, AddNoiseJob& o) {
  f.integer("seed", o.seed, {}, "seed of the study");
  f.real("sigma_ms", o.sigma_ms, {0, 1e6}, "standard deviation of the network's delay, ms");
  f.integer("queries", o.queries, {1, 1000000}, "how often each sample is asked");
  f.real("mean_ms", o.mean_ms, {0, 1e6}, "mean of the network's delay, ms");
  choice(f, "positive", o.positive, kPositiveNames, "what keeps a delay positive: another draw, or its absolute value");
}

}  // namespace exitaudit::add_noise
