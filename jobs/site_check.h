#pragma once
// Site check: does a site's file fit its cluster? Asked of the controller, and of a compute node by a one-minute job.

#include <functional>
#include <string>

#include "pipeline/base/command_runner.h"
#include "pipeline/slurm/site.h"

namespace exitaudit {

enum class Finding { kGood, kNote, kProblem };
using Report = std::function<void(Finding finding, const std::string& what, const std::string& detail)>;

/// Programs, controller, partitions, kind of MPI, size of arrays. False where the controller cannot be asked more.
bool check_login(const Site& site, CommandRunner& runner, const Report& report);

/// Would the controller take the batch scripts of a study's links? Submits nothing.
void check_links(const Site& site, CommandRunner& runner, const Report& report);

/// A job of compute's allocation, but of one node, two ranks and one minute, waited for at most `seconds`: the program
/// starts there, sees this folder, and its ranks find each other. Cancelled where it does not start in time.
void check_node(const Site& site, CommandRunner& runner, double seconds, const Report& report);

/// The part of `check_node` that runs on the node, as one of its ranks. Returns the exit code.
int answer_as_rank();

}  // namespace exitaudit
