// main() of tests that run as MPI ranks: every rank runs every test; rank 0 alone reports to the XML file, and a
// failure on any rank fails the launch.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"

namespace {

/// GoogleTest has read GTEST_OUTPUT before main. "xml:folder/" would be one file for all ranks, for 2 and for 4 of
/// them.
std::string output_of(const exitaudit::Communicator& world, const std::string& wanted) {
  if (world.rank() != 0) return "";
  return wanted.ends_with('/') ? fmt::format("{}rank_test_{}.xml", wanted, world.size()) : wanted;
}

}  // namespace

int main(int argc, char** argv) {
  const exitaudit::MpiSession session;
  const auto world = exitaudit::make_mpi_communicator();
  GTEST_FLAG_SET(output, output_of(*world, GTEST_FLAG_GET(output)));
  testing::InitGoogleTest(&argc, argv);
  std::int64_t failed = RUN_ALL_TESTS() == 0 ? 0 : 1;
  world->all_reduce_max(std::span(&failed, 1));
  return static_cast<int>(failed);
}
