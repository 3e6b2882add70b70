#include "stages/steal_exits/steal_exits_options.h"

namespace exitaudit::steal_exits {

void describe(Fields& f, StealExitsOptions& o) {
  choice(f, "recipe", o.recipe, kRecipeNames, "the sound estimator, or the paper's own");
  choice(f, "statistic", o.statistic, kStatisticNames, "one time per sample from its repeats");
  choice(f, "bandwidth", o.bandwidth, kBandwidthNames, "how the density's bandwidth is chosen");
  f.real("bandwidth_ms", o.bandwidth_ms, {0, 1e6, true}, "bandwidth where it is `fixed`, ms");
  choice(f, "fit_on", o.fit_on, kFitOnNames, "whose times the borders are drawn on");
}

void describe(Fields& f, StealExitsJob& o) {
  block(f, "steal_exits", o.steal_exits, "how exits are told from latencies");
  choice(f, "thief", o.thief, kThiefNames, "valleys of the density, or a likelihood that knows the guard");
  f.real("guard_sigma_ms", o.guard_sigma_ms, {0, 1e6}, "scale of the guard that the likelihood knows, ms");
  choice(f, "guard_cap", o.guard_cap, guard_time::kCapNames, "cap of the guard that the likelihood knows");
}

}  // namespace exitaudit::steal_exits
