#include "stages/guard_time/guard_time_options.h"

namespace exitaudit::guard_time {

void describe(Fields& f, GuardTimeOptions& o) {
  f.reals("sigma_ms", o.sigma_ms, {0, 1e6}, "scales of TimeGuard's half-normal delay, ms; empty = no guard");
  choice(f, "cap", o.cap, kCapNames, "whether a delay may pass the slowest exit's time");
  choice(f, "release", o.release, kReleaseNames, "delay from each measured time, or from a deadline per exit");
  choices(f, "adversaries", o.adversaries, kGuardAdversaryNames, "who attacks the guarded model");
  f.integer("near_duplicates", o.near_duplicates, {1, 1000}, "of each sample, that the averaging adversary asks");
}

void describe(Fields& f, GuardTimeJob& o) {
  f.real("sigma_ms", o.sigma_ms, {0, 1e6}, "scale of the half-normal delay, ms");
  choice(f, "cap", o.cap, kCapNames, "whether a delay may pass the slowest exit's time");
  choice(f, "release", o.release, kReleaseNames, "delay from each measured time, or from a deadline per exit");
  f.integer("near_duplicates", o.near_duplicates, {0, 1000}, "asked instead of the sample itself; 0 = none");
}

}  // namespace exitaudit::guard_time
