#pragma once
// Cleaning up after the dead: half-written artifacts of killed workers, resume points of jobs that are done.

#include "pipeline/artifact/store.h"
#include "pipeline/base/clock.h"
#include "pipeline/graph/plan.h"
#include "pipeline/run/study_folders.h"

namespace exitaudit {

/// Deletes partial files whose writer is gone (a pid of this host that no longer lives), or that nobody has touched for
/// a day. Returns how many.
std::size_t remove_dead_partials(const Store& store, const Clock& clock);

/// Deletes checkpoints of fingerprints whose artifact exists: their worker died between its commit and this.
void remove_done_checkpoints(const StudyFolders& folders, const Snapshot& snapshot);

}  // namespace exitaudit
