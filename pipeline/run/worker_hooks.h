#pragma once
// What the worker's loop offers to the job that runs in it: a way to tell the conductor how far it is. Outside a
// worker (tests, a stage called by hand) the news goes nowhere.

#include <functional>
#include <string>

namespace exitaudit {

/// Passes on at most a few reports a second; the others are dropped. `fraction` in 0..1.
void report_progress(double fraction, const std::string& what);

/// Where reports go from now on; {} for nowhere. Set by the worker's loop.
void set_progress_sink(std::function<void(double fraction, const std::string& what)> sink);

}  // namespace exitaudit
