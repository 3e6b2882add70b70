#pragma once
// Recordings: answers of a user's own system, in files that it wrote (CSV or HDF5), to be attacked like ours.

#include <cstdint>
#include <string>

#include "pipeline/config/fields.h"

namespace exitaudit::import_observations {

inline constexpr std::int64_t kMostExits = 64;

/// A file as the study found it. Not a setting; filled when the study is loaded.
struct RecordingFile {
  std::string path;              ///< absolute
  std::string sha256;            ///< of its bytes
  bool tells_exits = false;      ///< it has a column exit
  bool holds_latencies = false;  ///< it has columns latency_ms_0, …
};

/// One entry of a study's `recordings`.
struct RecordingSource {
  std::string name;
  std::string target;      ///< path as written, relative to the study file
  std::string shadow;      ///< another model's recording, that the attacks learn from
  std::int64_t exits = 0;  ///< 0: the largest exit in both files, plus one

  RecordingFile target_file;
  RecordingFile shadow_file;
};
void describe(Fields& f, RecordingSource& o);

/// The settings of one job that imports observations or latencies. What the file holds is part of them, where it lies
/// is not.
struct ImportJob {
  std::string recording;
  std::string role;  ///< "target" or "shadow0"
  std::int64_t exits = 1;
  std::string sha256;
};
void describe(Fields& f, ImportJob& o);

/// How a launch tells the stage where a file lies, among its data folders: "my_model:target=/path/target.csv".
std::string file_hint(const std::string& recording, const std::string& role, const std::string& path);

}  // namespace exitaudit::import_observations
