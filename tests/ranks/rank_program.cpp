// A rank that behaves as rank_launch_test asks: the first argument says how.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"
#include "pipeline/ranks/preemption.h"

namespace exitaudit {
namespace {

/// Rank 1 fails while the others wait for it.
int fail_on_one_rank() {
  const MpiSession session;
  const auto world = make_mpi_communicator();
  if (world->rank() == 1) throw Error(ErrorKind::kStopped, "rank 1 has had enough");
  world->barrier();
  return 0;
}

/// Rank 0 becomes an mpirun of two ranks, in the environment that children get.
int launch_from_a_rank(char** arguments) {
  if (std::string(std::getenv("OMPI_COMM_WORLD_RANK")) != "0") return 0;
  std::vector<std::string> environment = child_environment_without_mpi();
  std::vector<char*> pointers;
  for (std::string& entry : environment) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  ::execve(arguments[0], arguments, pointers.data());
  return 1;
}

int say_the_size() {
  const MpiSession session;
  const auto world = make_mpi_communicator();
  if (world->rank() == 0) std::printf("a world of %d\n", world->size());
  return 0;
}

/// Every rank sends more than MPI buffers and nobody takes it.
int leave_letters_behind() {
  const MpiSession session;
  const auto mailbox = make_mpi_mailbox();
  mailbox->send((mailbox->rank() + 1) % mailbox->size(), std::string(4000000, 'x'));
  return 0;
}

int act(int count, char** arguments) {
  const std::string how = count > 1 ? arguments[1] : "";
  if (how == "fail") return fail_on_one_rank();
  if (how == "launch") return launch_from_a_rank(arguments + 2);
  if (how == "size") return say_the_size();
  if (how == "letters") return leave_letters_behind();
  return 64;
}

}  // namespace
}  // namespace exitaudit

int main(int count, char** arguments) {
  try {
    return exitaudit::act(count, arguments);
  } catch (const exitaudit::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 75;
  }
}
