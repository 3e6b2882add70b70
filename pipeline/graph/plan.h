#pragma once
// plan: graph + what exists -> what to run, and why. Pure.

#include <string>
#include <unordered_map>
#include <vector>

#include "pipeline/graph/job_graph.h"
#include "pipeline/graph/selection.h"

namespace exitaudit {

/// What the store holds of one job, as its seal says.
struct Existing {
  bool corrupt = false;   ///< damaged: as good as missing
  std::string content;    ///< content hash
  std::string made_from;  ///< digest of the content hashes of the inputs it was made from
};

/// What the ledger remembers of one job's failures.
struct FailureMark {
  std::string outcome;  ///< "failed", "crashed", …
  std::string message;
  bool waits_for_retry = false;  ///< not run again until `retry` clears it
};

/// All that a plan is made from, by fingerprint.
struct Snapshot {
  std::unordered_map<std::string, Existing> artifacts;
  std::unordered_map<std::string, FailureMark> failures;
};

enum class Verdict {
  kDone,    ///< exists and was made from what its inputs are now
  kUnless,  ///< exists; stays done unless an input that is not settled yet gets other bytes
  kRun,
  kWaits,        ///< failed before and waits for `retry`
  kBlocked,      ///< does not exist, and an input (or an input's input) waits or is unavailable
  kUnavailable,  ///< its stage is not in this version of exitaudit
  kNotAsked,     ///< outside the selection
};

/// Why. kBlocked, and kUnless where an input cannot be made now, carry the cause at the end of the chain of inputs:
/// kFailedBefore or kStageUnavailable.
enum class Cause { kNone, kMissing, kCorrupt, kStaleInput, kInputRuns, kFailedBefore, kStageUnavailable, kNotSelected };

struct Decision {
  Verdict verdict = Verdict::kRun;
  Cause cause = Cause::kNone;
  std::size_t because = 0;  ///< the input that is the reason; the job itself where none is, or which one is not known

  /// Its artifact is there and counts, at least until an input gets other bytes.
  bool has_artifact() const { return verdict == Verdict::kDone || verdict == Verdict::kUnless; }
};

struct Plan {
  std::vector<Decision> decisions;  ///< one a job, in the graph's order
  std::size_t count(Verdict verdict) const;
  std::vector<std::size_t> jobs_with(Verdict verdict) const;  ///< in the graph's order
};

/// Of what is not selected the verdict is kNotAsked. Throws BadInput where the study has no such stage.
Plan make_plan(const JobGraph& graph, const Snapshot& snapshot, const Selection& selection = {});

/// Digest over content hashes in the order of a job's inputs; the same formula as the store's made_from_digest().
std::string inputs_digest(const std::vector<std::string>& content_hashes);

/// inputs_digest() of a job's inputs as `snapshot` has them; "" where one is missing or corrupt.
std::string current_inputs_digest(const JobGraph& graph, std::size_t job, const Snapshot& snapshot);

}  // namespace exitaudit
