#pragma once
// MpiSession: MPI for the lifetime of an object. MPI's own errors become exceptions that say which call failed.

#include <source_location>
#include <string_view>

namespace exitaudit {

/// True where mpirun or srun started this process as a rank (from the environment; MPI need not be up).
bool started_as_rank();

/// Initializes MPI, finalizes it on destruction. Unwound by an exception it does not finalize, which would wait for
/// ranks that may never come: main still reports the error, then the process' exit ends all ranks with the same exit
/// code.
class MpiSession {
 public:
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

 private:
  int exceptions_ = 0;
};

/// Ends every rank of the launch at once, whatever it waits for; mpirun then ends with `exit_code`.
[[noreturn]] void abort_all_ranks(int exit_code);

/// Throws Error(kFailure): "rank 3, mpi_communicator.cpp:41: MPI_Bcast: invalid root".
void check_mpi(int code, std::string_view call, std::source_location where = std::source_location::current());

}  // namespace exitaudit
