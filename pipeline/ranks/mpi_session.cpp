#include "pipeline/ranks/mpi_session.h"

#include <fmt/format.h>
#include <mpi.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <string>

#include "pipeline/base/error.h"

namespace exitaudit {

namespace {

void end_all_ranks(int status, void*) {
  MPI_Abort(MPI_COMM_WORLD, status == 0 ? 3 : status);
}

}  // namespace

bool started_as_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

MpiSession::MpiSession() : exceptions_(std::uncaught_exceptions()) {
  // Serialized: a backward pass on a GPU makes its calls from LibTorch's thread while ours waits for it.
  int provided = 0;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided), "MPI_Init_thread");
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() > exceptions_) {
    on_exit(end_all_ranks, nullptr);
  } else {
    MPI_Finalize();
  }
}

void abort_all_ranks(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

void check_mpi(int code, std::string_view call, std::source_location where) {
  if (code == MPI_SUCCESS) return;
  int rank = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  std::string_view file = where.file_name();
  file.remove_prefix(file.rfind('/') + 1);
  throw Error(ErrorKind::kFailure, fmt::format("rank {}, {}:{}: {}: {}", rank, file, where.line(), call,
                                               std::string_view(text.data(), static_cast<std::size_t>(length))));
}

}  // namespace exitaudit
