#pragma once
// Snapshot taking: what the store and the ledger say of a graph's jobs, as plan and ready queue want it. Reads seals
// only: a damaged seal is as good as no artifact; the bytes behind a good one are verified by whoever reads them.

#include <vector>

#include "pipeline/artifact/store.h"
#include "pipeline/graph/plan.h"
#include "pipeline/ledger/ledger.h"

namespace exitaudit {

Snapshot take_snapshot(const JobGraph& graph, const Store& store, const LedgerSummary& ledger);

/// What the store holds of one job; nullopt where there is nothing. A seal of another fingerprint is corrupt, too.
std::optional<Existing> find_existing(const Job& job, const std::string& fingerprint, const Store& store);

}  // namespace exitaudit
