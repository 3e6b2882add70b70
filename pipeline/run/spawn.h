#pragma once
// Making a worker's process: pipes, descriptors, signals, environment; all the care that fork and exec want.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace exitaudit {

struct SpawnOptions {
  bool own_group = false;    ///< a process group of its own does not hear what a terminal or a scheduler tells ours
  std::uint64_t memory = 0;  ///< bytes of private memory that it may have (RLIMIT_DATA); 0 = as this process
};

/// A running child and our two ends of its pipes, both non-blocking and closed on exec.
struct SpawnedWorker {
  pid_t pid = -1;
  int orders = -1;   ///< we write, it reads as descriptor 3
  int replies = -1;  ///< it writes as descriptor 4, we read
};

/// Starts `command` without MPI's variables in its environment, standard input empty, output appended to `log`, no
/// other descriptor open, dying with this process. Throws Error(kFailure) where that needs more than the system has.
SpawnedWorker spawn_worker(const std::vector<std::string>& command, const std::filesystem::path& log,
                           const SpawnOptions& options = {});

}  // namespace exitaudit
