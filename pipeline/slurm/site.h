#pragma once
// Site: what a cluster wants to be told, from a file such as slurm/hgx.yaml. It says how a study is run, never what:
// nothing of it reaches a fingerprint.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit {

/// One kind of allocation. Empty texts and zeros leave the choice to the cluster.
struct Allocation {
  std::string partition{};
  std::int64_t nodes = 1;           ///< of one launch
  std::int64_t ranks_per_node = 0;  ///< conductors; 0 = one a GPU, or one
  std::int64_t gpus_per_node = 0;
  std::int64_t cores_per_rank = 0;
  std::int64_t slots = 0;     ///< jobs at once on a rank; 0 = as `run` decides from the cores
  std::string memory{};       ///< of a node, as sbatch --mem takes it: "64G"
  std::int64_t minutes = 60;  ///< time limit
  std::int64_t launches = 1;  ///< at once

  std::int64_t ranks() const;  ///< conductors on a node
};

struct Site {
  std::string account;
  std::string qos;
  std::string constraint;
  std::string mpi = "pmix";         ///< srun --mpi=
  std::int64_t warn_seconds = 120;  ///< how long before a time limit the ranks are warned
  bool requeue = true;              ///< a preempted job, one whose node failed or whose time was over goes on by itself
  std::int64_t most_requeues = 100;    ///< and at most so often
  std::int64_t job_limit_minutes = 0;  ///< a job of the study that takes longer counts as hung; 0 = none does
  double worker_memory_gb = 0;         ///< a worker may not take more; 0 = the cluster's cgroups watch
  std::vector<std::string> setup;      ///< lines of the batch script before the program: module load …
  std::vector<std::string> sbatch;     ///< more of sbatch's options
  std::vector<std::string> srun;       ///< more of srun's options
  std::vector<std::string> data;       ///< folders with raw data on the nodes
  std::string program;                 ///< exitaudit on the nodes; "" = the one that submits
  Allocation compute;                  ///< trainings, recordings, attacks
  Allocation timing;                   ///< the clock: exclusive nodes
  Allocation report{.minutes = 30};    ///< tables and figures
};

void describe(Fields& f, Allocation& o);
void describe(Fields& f, Site& o);

/// The file with `overrides` on top, as take_site_settings() gives them. Throws BadInput with every fault.
Site load_site(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});

/// Takes the "site.KEY=VALUE" out of `settings` and returns them as "KEY=VALUE"; what every allocation has (memory,
/// minutes, partition, cores_per_rank, slots) and none is named for is meant for all three.
std::vector<std::string> take_site_settings(std::vector<std::string>& settings);

}  // namespace exitaudit
