#pragma once
// PinnedCore: this thread on one core while it lives. Without a GPU a core is the device whose time is measured.

#include <sched.h>

#include <vector>

namespace exitaudit::measure_latency {

/// Cores that this process may use, in rising order.
std::vector<int> usable_cores();

class PinnedCore {
 public:
  /// Throws Error(kFailure) where the system refuses.
  explicit PinnedCore(int core);
  ~PinnedCore();
  PinnedCore(const PinnedCore&) = delete;
  PinnedCore& operator=(const PinnedCore&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace exitaudit::measure_latency
