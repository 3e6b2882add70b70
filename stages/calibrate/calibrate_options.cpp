#include "stages/calibrate/calibrate_options.h"

namespace exitaudit::calibrate {

std::vector<double> usual_tau_grid() {
  std::vector<double> grid;
  for (int step = 0; step <= 20; ++step) grid.push_back(step / 20.0);
  return grid;
}

void describe(Fields& f, CalibrateOptions& o) {
  choice(f, "rule", o.rule, kThresholdRuleNames,
         "the cheapest threshold that keeps vanilla's accuracy, or the one whose exits are used most evenly");
  f.reals("tau_grid", o.tau_grid, {0, 1}, "confidence thresholds to try");
  f.real("tolerance", o.tolerance, {0, 1}, "accuracy that early exits may cost against the vanilla network");
}

void describe(Fields& f, CalibrateJob& o) {
  f.text("role", o.role, "the model: target or shadow0");
  block(f, "network", o.network, "the model's architecture");
  block(f, "calibrate", o.calibrate, "how its threshold is chosen");
  block(f, "execution", o.execution, "threads and arithmetic");
}

}  // namespace exitaudit::calibrate
