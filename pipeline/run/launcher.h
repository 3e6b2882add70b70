#pragma once
// Launcher: who started this process, where that is mpirun or its like, and signals that a conductor must not die of.

#include <sys/types.h>

namespace exitaudit {

/// Watches our parent where it is mpirun or its daemon: kill -9 of mpirun must leave no rank behind.
/// Asks who our parent is now rather than using PR_SET_PDEATHSIG, which fires when the parent's *thread* ends, and
/// orted starts the ranks of a large node from threads that do.
class LauncherWatch {
 public:
  LauncherWatch();
  /// Ends this process at once, as kill -9 would, where its launcher is gone; its workers die with it.
  void check() const;

 private:
  pid_t launcher_ = 0;  ///< 0: nobody to watch
};

/// A worker that dies must show as a failed write and an exit status, not as a signal: SIGPIPE is ignored, and SIGCHLD
/// is not (an ignored one, inherited from whoever started us, would make exit statuses vanish).
void prepare_to_have_children();

}  // namespace exitaudit
