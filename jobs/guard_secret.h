#pragma once
// The guard's secret on its way to the jobs: what Slurm must not see of it, and whether they will find it, said before
// a study starts and not hours later when they fail.

#include <string>
#include <vector>

#include "jobs/commands/study.h"

namespace exitaudit {

/// Where the secret is looked for: in this process's environment, or in that of Slurm's launches, to which the secret
/// itself is never sent.
enum class SecretPlace { kHere, kCluster };

/// "8 jobs of guard_time would fail: the guard needs a secret: …"; "" where it can be had or no such job is left.
std::string missing_secret_note(const Study& study, SecretPlace place);

/// Variables that batch jobs do not inherit: Slurm would keep a secret in its own files.
std::vector<std::string> secret_variables();

/// Whether lines of a batch script name the variable with the path.
bool names_secret_file(const std::vector<std::string>& lines);

}  // namespace exitaudit
