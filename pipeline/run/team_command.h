#pragma once
// The command that starts a team: a launch of its own, whose ranks are workers with MPI between them. The place where
// another launcher than mpirun would come in.

#include <string>
#include <vector>

namespace exitaudit {

/// One team on this node.
struct TeamLaunch {
  std::string launcher;  ///< path of mpirun
  std::string worker;    ///< program, called with the one argument "team"
  int ranks = 2;
  bool as_root = false;  ///< mpirun refuses root unless told so
};

/// Orders on descriptor 3 become rank 0's standard input, what ranks print comes out of 4: mpirun forwards no others.
std::vector<std::string> team_command(const TeamLaunch& launch);

/// The first mpirun or orterun in the folders of `path` (as PATH has them). Throws Error(kFailure) where there is none.
std::string find_launcher(const std::string& path, int ranks);

}  // namespace exitaudit
