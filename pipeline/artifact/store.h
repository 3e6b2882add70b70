#pragma once
// Store: where artifacts lie, by fingerprint. The only maker of artifact paths.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/artifact/seal.h"

namespace exitaudit {

class Store {
 public:
  explicit Store(std::filesystem::path folder);

  /// artifacts/weights/weights-3fa94c01be77.h5
  std::filesystem::path path(const std::string& noun, const std::string& fingerprint) const;

  /// The seal of an artifact that exists; nullopt where none does. Throws Error(kCorruptArtifact) where the seal is
  /// damaged or names another artifact than its file name does.
  std::optional<Seal> find(const std::string& noun, const std::string& fingerprint) const;

  /// Every artifact file below the folder, and every .partial of a writer, at work or killed; sorted, other files
  /// ignored.
  std::vector<std::filesystem::path> list() const;
  std::vector<std::filesystem::path> list_partials() const;

  /// Deletes one artifact or partial (corrupt, stale, or garbage). No error where it is already gone.
  void remove(const std::filesystem::path& path) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace exitaudit
