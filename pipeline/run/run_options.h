#pragma once
// RunOptions and RunSummary: how a study is to be run, and how that went. What to run is the job graph's.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/graph/selection.h"
#include "pipeline/ledger/ledger.h"

namespace exitaudit {

struct RunOptions {
  std::filesystem::path root;  ///< runs/<study>: everything that the study leaves on disk
  int slots = 1;               ///< workers at once on this rank
  bool fail_fast = false;      ///< start nothing more after the first failure
  double checkpoint_every_s = 300;
  double heartbeat_limit_s = 60;    ///< silence after which another launch counts as dead
  double rank_limit_s = 120;        ///< silence after which a rank of this launch does
  double stop_grace_s = 20;         ///< how long running jobs have, once asked to stop; at a time limit, until that
  double job_limit_s = 0;           ///< a job that takes longer counts as hung; 0 = none does
  std::uint64_t worker_memory = 0;  ///< bytes that one worker may take; 0 = no limit
  double walltime_margin_s = 120;   ///< before the end of an allocation (SLURM_JOB_END_TIME) all are asked to stop
  bool whole_allocation = false;    ///< the launch began with its allocation: no other has more time for a job
  Selection selection;              ///< which jobs
  std::vector<std::string> data_folders;  ///< where raw files are looked for
  std::string light_worker;               ///< path of the program that runs stages without torch
  std::string torch_worker;               ///< of the one that runs the others; "" where it was not built
  std::string device = "cpu";
  std::string command_line;  ///< for the ledger
  std::string version;       ///< for the ledger
};

/// One job that ended badly in this run.
struct FailedJob {
  std::string job;
  Outcome outcome = Outcome::kFailed;
  std::string message;
  std::string log;                ///< relative to the root
  std::vector<std::string> tail;  ///< its log's last lines
};

/// What came of a run. Complete on rank 0; other ranks know `stopped` and `exit_code` only.
struct RunSummary {
  std::size_t jobs = 0;
  std::size_t done_before = 0;  ///< nothing to do: they exist
  std::size_t ran = 0;          ///< committed by this run
  std::size_t adopted = 0;      ///< committed by another launch, or by a worker that died right after, meanwhile
  std::size_t failed = 0;
  std::size_t skipped = 0;      ///< an input failed
  std::size_t left = 0;         ///< not begun or not ended, because the run was stopped or failed fast
  std::size_t waiting = 0;      ///< failed in an earlier run, wait for `retry`
  std::size_t blocked = 0;      ///< below a waiting or unavailable job
  std::size_t unavailable = 0;  ///< their stage is not in this version
  std::size_t not_asked = 0;    ///< outside the selection
  bool stopped = false;         ///< on request or for want of ranks, with something left to do
  std::size_t lost_ranks = 0;   ///< not heard of any more: MPI can only be aborted
  double seconds = 0;
  int exit_code = 0;  ///< 0 all done, 3 some failed or wait for `retry`, 75 stopped and resumable
  std::vector<FailedJob> failures;
};

}  // namespace exitaudit
