#pragma once
// Whether the guard's jobs will find their secret: said before a study starts, not hours later when they fail.

#include <string>
#include <vector>

#include "jobs/commands/study.h"

namespace exitaudit {

/// Where the secret is looked for: in this process's environment, or in that of Slurm's launches, to which the secret
/// itself is never sent.
enum class SecretPlace { kHere, kCluster };

/// "8 jobs of guard_time would fail: the guard needs a secret: …"; "" where it can be had or no such job is left.
std::string missing_secret_note(const Study& study, SecretPlace place);

/// Whether lines of a batch script name the variable with the path.
bool names_secret_file(const std::vector<std::string>& lines);

}  // namespace exitaudit
