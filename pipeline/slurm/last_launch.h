#pragma once
// Last launch: what Slurm's own log says of a study's newest launch. One that dies before it writes to the ledger (a
// wrong `setup`, --mpi or program in the site's file) leaves its cause nowhere else.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/slurm/submissions.h"

namespace exitaudit {

struct LastLaunch {
  SubmissionRecord record;
  std::filesystem::path log;      ///< of an array the one written to last; empty where Slurm left none
  std::size_t logs = 0;           ///< how many the submission left: of an array one a launch
  std::vector<std::string> tail;  ///< kLastLaunchLines at most, printable; empty where nothing was written
};

inline constexpr std::size_t kLastLaunchLines = 5;

/// The newest submission that runs jobs (the report's does not) and left a log in `folder`; where none did, the newest
/// at all: those that were cancelled before they started say nothing of why the ones before them died.
std::optional<LastLaunch> last_launch(const std::vector<SubmissionRecord>& records,
                                      const std::filesystem::path& folder);

}  // namespace exitaudit
