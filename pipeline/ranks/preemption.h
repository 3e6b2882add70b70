#pragma once
// Preemption: a request to stop, by signal. SIGUSR2 (not USR1, which NCCL may take), SIGTERM and SIGINT set a flag that
// is asked for at safe places; nothing else happens in the handler. The end of an allocation is known beforehand: a
// Deadline asks for the same stop while there is still time for a resume point.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/clock.h"

namespace exitaudit {

/// Installs the handlers; may be called again. A second SIGINT ends the process at once: the user insists.
void install_stop_signals();

bool stop_requested();
bool stop_is_urgent();  ///< by SIGTERM or SIGINT: whoever sent it kills before long, whatever the allocation's end
void request_stop();    ///< as a signal would
void forget_stop();     ///< for tests and for a worker that starts afresh

/// The time at which to ask for a stop: a margin before the walltime ends.
class Deadline {
 public:
  Deadline() = default;  ///< never
  Deadline(double end_unix_seconds, double margin_seconds)
      : stop_at_(end_unix_seconds - margin_seconds), margin_(margin_seconds) {}

  /// From Slurm's SLURM_JOB_END_TIME (a Unix time); never where it is not set or not a number.
  static Deadline from_slurm(double margin_seconds);

  bool passed(const Clock& clock) const { return stop_at_ && clock.unix_seconds() >= *stop_at_; }
  /// Until the walltime ends, the margin included; never negative; nullopt where there is no deadline.
  std::optional<double> seconds_to_end(const Clock& clock) const;

 private:
  std::optional<double> stop_at_;
  double margin_ = 0;
};

/// This process' environment without what mpirun and its like put there (OMPI_*, PMIX_*, PMI_*, PRTE_*, SLURM_*): a
/// child must not take itself for the rank, and an mpirun that it starts must not take itself for a part of this
/// launch. What tells Open MPI where its plugins are and which transports to use stays.
std::vector<std::string> child_environment_without_mpi();

}  // namespace exitaudit
