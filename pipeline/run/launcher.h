#pragma once
// Launcher: who started this process, where that is mpirun or its like, and signals that a conductor must not die of.

namespace exitaudit {

/// Where mpirun, srun or their helpers are our parent, we die with them: kill -9 of mpirun leaves no rank behind.
void die_with_launcher();

/// A worker that dies must show as a failed write and an exit status, not as a signal: SIGPIPE is ignored, and SIGCHLD
/// is not (an ignored one, inherited from whoever started us, would make exit statuses vanish).
void prepare_to_have_children();

}  // namespace exitaudit
