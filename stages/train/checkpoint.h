#pragma once
// CheckpointFolder: resume points of one training; the newest two are kept, damaged ones are passed over.

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/base/clock.h"
#include "stages/train/trainer.h"

namespace exitaudit::train {

class CheckpointFolder {
 public:
  /// `folder` may be empty: then nothing is saved. Not more often than every `every_seconds`, 0 = whenever asked.
  CheckpointFolder(std::filesystem::path folder, std::string job, double every_seconds, const Clock& clock);

  /// The latest resume point of this job that is whole, after a log line for each that is not.
  std::optional<TrainingState> newest() const;
  bool due() const;
  void save(const TrainingState& state);

 private:
  std::filesystem::path path(const TrainingState& state) const;
  std::vector<std::filesystem::path> saved() const;  ///< newest first
  std::filesystem::path folder_;
  std::string job_;
  double every_seconds_;
  const Clock& clock_;
  double last_seconds_;
};

}  // namespace exitaudit::train
