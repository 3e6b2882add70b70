#pragma once
// StudyFolders: where the parts of one study's results lie below its root, runs/<study>/. The only place that knows.

#include <filesystem>
#include <string>

namespace exitaudit {

struct StudyFolders {
  std::filesystem::path root;

  std::filesystem::path artifacts() const { return root / "artifacts"; }  ///< the Store's folder: one below it a noun
  std::filesystem::path ledger() const { return root / "ledger"; }        ///< ledger files, leases/ and launches/
  std::filesystem::path report() const { return root / "report"; }
  std::filesystem::path logs() const { return root / "logs"; }
  std::filesystem::path slurm() const { return root / "slurm"; }  ///< batch scripts, their logs, what was submitted
  std::filesystem::path all_checkpoints() const { return root / "checkpoints"; }

  /// Resume points of one job; gone once it is committed.
  std::filesystem::path checkpoints(const std::string& fingerprint) const { return all_checkpoints() / fingerprint; }
  /// Log of a job relative to the root: "logs/train/cifar10/vgg16/exits3/target/seed1.log".
  static std::string log(const std::string& job) { return "logs/" + job + ".log"; }
};

}  // namespace exitaudit
