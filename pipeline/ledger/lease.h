#pragma once
// Leases: which launch works on which job, so that two launches of one study never run one job twice.
//
// A lease is a file made by exclusive creation (link(), sound on NFS) that names its launch. It is taken over at once
// where its owner is provably gone (same boot, no such process), else after the owner's heartbeat has been silent for
// a stated time.

#include <filesystem>
#include <string>

#include "pipeline/ledger/launch.h"

namespace exitaudit {

class LeaseTable {
 public:
  /// `folder`: the study's ledger/ folder; leases lie in folder/leases, heartbeats in folder/launches. The launch's
  /// Heartbeat must be beating before the first acquire(): without one its leases may be taken at once.
  LeaseTable(std::filesystem::path folder, LaunchIdentity self, double heartbeat_limit_seconds);

  /// Takes the job's lease, from a dead owner if need be. False where a living launch holds it. True if ours already.
  bool acquire(const std::string& fingerprint);
  void release(const std::string& fingerprint);  ///< only if still ours
  std::filesystem::path path(const std::string& fingerprint) const;
  const LaunchIdentity& self() const { return self_; }

 private:
  std::filesystem::path folder_;
  LaunchIdentity self_;
  double limit_;
};

/// The worker's last question before it commits: does the lease file still name `launch`?
bool lease_names(const std::filesystem::path& lease, const std::string& launch);

}  // namespace exitaudit
