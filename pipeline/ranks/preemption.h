#pragma once
// Preemption: a request to stop, by signal. SIGUSR2 (not USR1, which NCCL may take), SIGTERM and SIGINT set a flag that
// is asked for at safe places; nothing else happens in the handler.

#include <string>
#include <vector>

namespace exitaudit {

/// Installs the handlers; may be called again. A second SIGINT ends the process at once: the user insists.
void install_stop_signals();

bool stop_requested();
void request_stop();  ///< as a signal would
void forget_stop();   ///< for tests and for a worker that starts afresh

/// This process' environment without what mpirun and its like put there (OMPI_*, PMIX_*, PMI_*, PRTE_*): a child must
/// not take itself for the rank.
std::vector<std::string> child_environment_without_mpi();

}  // namespace exitaudit
