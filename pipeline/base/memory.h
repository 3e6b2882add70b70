#pragma once
// How this process deals with freed memory.
//
// glibc gives large blocks back to the kernel as soon as they are freed, and the kernel clears every page again when
// the next step of a training asks for the same blocks: a tenth of the time of a small network's step on a CPU.

#include <cstdint>

namespace exitaudit {

/// From now on freed memory stays with this process, for its next allocation. Does nothing with another C library.
void keep_freed_memory();

/// Gives back what is free now: between two jobs.
void release_freed_memory();

/// How often the kernel has killed a process of this process' cgroup for want of memory; 0 where that is not told.
std::uint64_t out_of_memory_kills();

/// The most memory that this process has held at a time, in MB of 2^20 bytes.
double peak_memory_mb();

}  // namespace exitaudit
