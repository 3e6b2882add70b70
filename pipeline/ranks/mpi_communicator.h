#pragma once
// The world of an MPI launch behind our interfaces. An MpiSession must be alive.

#include <memory>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mailbox.h"

namespace exitaudit {

std::unique_ptr<Communicator> make_mpi_communicator();

/// Has a channel of its own: its messages never meet the communicator's.
std::unique_ptr<Mailbox> make_mpi_mailbox();

/// How many ranks of the world share this node, and this rank's place among them. Collective.
struct NodePlace {
  int rank = 0;
  int size = 1;
};
NodePlace node_place();

}  // namespace exitaudit
