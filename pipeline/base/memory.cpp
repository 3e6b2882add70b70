#include "pipeline/base/memory.h"

#include <sys/resource.h>

#include <cstdlib>

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

double peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace exitaudit
