#include "pipeline/base/memory.h"

#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace exitaudit {

void keep_freed_memory() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_MAX, 0);         // large blocks come from the heap too
  ::mallopt(M_TRIM_THRESHOLD, -1);  // and the heap does not shrink by itself
  ::mallopt(M_TOP_PAD, 64 << 20);   // it grows in large steps
#endif
}

void release_freed_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

std::uint64_t out_of_memory_kills() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    // "0::/path" of the unified hierarchy, "5:memory:/path" of the older one.
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && controllers != "memory") continue;
    const std::string file = controllers.empty()
                                 ? "/sys/fs/cgroup" + line.substr(second + 1) + "/memory.events"
                                 : "/sys/fs/cgroup/memory" + line.substr(second + 1) + "/memory.oom_control";
    std::ifstream events(file);
    std::uint64_t count = 0;
    for (std::string key; events >> key >> count;) {
      if (key == "oom_kill") return count;
    }
  }
  return 0;
}

double peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace exitaudit
