#pragma once
// The world of an MPI launch behind our interfaces. An MpiSession must be alive.

#include <memory>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mailbox.h"
#include "pipeline/ranks/topology.h"

namespace exitaudit {

std::unique_ptr<Communicator> make_mpi_communicator();

/// Has a channel of its own: its messages never meet the communicator's. Collective, as the communicator's making is.
/// What has not been flushed when it goes may never arrive.
std::unique_ptr<Mailbox> make_mpi_mailbox();

/// This rank's place on its node. Collective.
NodePlace node_place();

}  // namespace exitaudit
