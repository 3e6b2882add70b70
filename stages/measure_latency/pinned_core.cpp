#include "stages/measure_latency/pinned_core.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "pipeline/base/error.h"

namespace exitaudit::measure_latency {
namespace {

cpu_set_t affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return set;
  throw Error(ErrorKind::kFailure, fmt::format("cannot ask which cores may be used: {}", std::strerror(errno)));
}

}  // namespace

std::vector<int> usable_cores() {
  const cpu_set_t set = affinity();
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

PinnedCore::PinnedCore(int core) : before_(affinity()) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  if (::sched_setaffinity(0, sizeof one, &one) == 0) return;
  throw Error(ErrorKind::kFailure, fmt::format("cannot pin to core {}: {}", core, std::strerror(errno)));
}

PinnedCore::~PinnedCore() {
  ::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace exitaudit::measure_latency
