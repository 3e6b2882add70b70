// main() of tests that run as MPI ranks: every rank runs every test; rank 0 alone reports to the XML file, and a
// failure on any rank fails the launch.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"

int main(int argc, char** argv) {
  const exitaudit::MpiSession session;
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank != nullptr && std::string(rank) != "0") unsetenv("GTEST_OUTPUT");
  // "xml:folder/" would be the same file for 2 and for 4 ranks.
  const char* output = std::getenv("GTEST_OUTPUT");
  const char* size = std::getenv("OMPI_COMM_WORLD_SIZE");
  if (output != nullptr && size != nullptr && std::string(output).ends_with('/')) {
    setenv("GTEST_OUTPUT", (std::string(output) + "rank_test_" + size + ".xml").c_str(), 1);
  }
  testing::InitGoogleTest(&argc, argv);
  std::int64_t failed = RUN_ALL_TESTS() == 0 ? 0 : 1;
  exitaudit::make_mpi_communicator()->all_reduce_max(std::span(&failed, 1));
  return static_cast<int>(failed);
}
