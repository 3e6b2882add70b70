#pragma once
// pick_job: the one rule of which ready job starts next and where. Pure: the dispatcher follows it with real
// conductors, the simulation on a virtual clock.
//
// Compute jobs come before timing jobs, in each pool the longest remaining path first. The first team for which there
// is no room yet keeps the host where it will fit soonest to itself: what comes after it starts nothing there. A timing
// job takes a host on which nothing runs and keeps none: it would leave slots idle that compute jobs can use, and those
// come to an end.

#include <cstddef>
#include <optional>

#include "pipeline/graph/ready_queue.h"
#include "pipeline/run/slot_table.h"

namespace exitaudit {

/// A job, now counted as running in its queue, and the room for it, which is still to be taken.
struct Pick {
  std::size_t job = 0;
  Placement place;
};

/// nullopt where nothing that is ready finds room. `ranks`: how many conductors there will be; before all have said
/// hello nobody knows how large the hosts are, so that nothing is picked that wants a node.
std::optional<Pick> pick_job(const JobGraph& graph, ReadyQueue& queue, const SlotTable& slots, int ranks);

}  // namespace exitaudit
