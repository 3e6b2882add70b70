#pragma once
// ArtifactHeader: what an artifact says of itself. Only what determines the result; who, where and when is the
// ledger's.

#include <map>
#include <string>
#include <vector>

namespace exitaudit {

inline constexpr int kArtifactFormat = 1;  ///< of the file layout; a reader refuses newer ones

struct ArtifactInput {
  std::string name;         ///< the role it plays: "dataset"
  std::string job;          ///< "ingest/cifar10"
  std::string fingerprint;  ///< what should have been in it
  std::string content;      ///< what was in it
};

struct ArtifactHeader {
  std::string noun;  ///< "weights"
  std::string job;
  std::string fingerprint;
  std::string stage;
  int stage_version = 1;
  std::string config;  ///< the ConfigSlice's text
  std::vector<ArtifactInput> inputs;
  /// What else changes the last bits: "device_capability", "deterministic", "precision", "threads" (sorted by name).
  std::map<std::string, std::string> environment;
};

}  // namespace exitaudit
