#pragma once
// Recording: the columns of a user's file, checked one by one, before they become observations and latencies.
//
// Columns (CSV) or datasets (HDF5): `score_0` … `score_{K-1}` (probabilities) or `logit_0` … of the answer; `label`
// 0 .. K-1; `member` 0 or 1; where known `exit` (from 0, the shallowest), `index` (of the sample) and `latency_ms_0` ….
// In HDF5 the numbered ones are one dataset [n, K]: `scores`, `logits`, `latency_ms`. A latency is one timing of the
// answer, in milliseconds; a file has as many columns of them as each sample was timed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "stages/schema/latencies.h"
#include "stages/schema/observations.h"

namespace exitaudit::import_observations {

inline constexpr std::uint64_t kMostBytes = std::uint64_t{2} << 30;  ///< of a file
inline constexpr std::int64_t kMostValues = std::int64_t{1} << 28;   ///< of a file, 2 GiB as doubles
inline constexpr double kSumTolerance = 1e-3;                        ///< of probabilities, around 1
inline constexpr double kLeastProbability = 1e-12;  ///< smaller ones count as this before the logarithm

/// As read: numbers, not yet judged. Empty where the file has no such column.
struct Recording {
  std::string file;                ///< for messages
  std::int64_t first_row = 0;      ///< number of the first sample's row in the file: 2 in a CSV, 0 in HDF5
  std::int64_t classes = 0;        ///< K
  bool are_logits = false;         ///< of `scores`
  std::vector<double> scores;      ///< [n, K]
  std::vector<double> label;       ///< [n]
  std::vector<double> member;      ///< [n]
  std::vector<double> exit;        ///< [n] or none
  std::vector<double> index;       ///< [n] or none
  std::int64_t repeats = 0;        ///< latencies a sample
  std::vector<double> latency_ms;  ///< [n, repeats]

  std::int64_t count() const { return static_cast<std::int64_t>(label.size()); }
};

/// Reads a file of at most kMostBytes, HDF5 or CSV by what it begins with. Here and below: BadInput that names the
/// file, and the row or column.
Recording read_recording(const std::filesystem::path& path);
Recording read_csv_recording(const std::filesystem::path& path);
Recording read_h5_recording(const std::filesystem::path& path);

/// Largest exit of the file plus one; 1 where it does not tell exits. Reads no other column.
std::int64_t exits_of(const std::filesystem::path& path);
std::int64_t exits_of_csv(const std::filesystem::path& path);
std::int64_t exits_of_h5(const std::filesystem::path& path);
/// The same of one column.
std::int64_t exits_of(const Recording& recording);

/// Which of the columns that a file may lack it has. Reads no value.
struct Columns {
  bool exit = false;
  bool latency_ms = false;
};
Columns columns_of(const std::filesystem::path& path);
Columns columns_of_csv(const std::filesystem::path& path);
Columns columns_of_h5(const std::filesystem::path& path);

/// Throws BadInput where the file is missing, empty or too large.
void check_file(const std::filesystem::path& path);

/// Judges every value and makes observations of answers alone: logits are logarithms of probabilities, the prediction
/// is the largest score, the loss is that of the label; an index that is not there counts rows from 0, an exit that is
/// not there is 0.
schema::Observations to_observations(const Recording& recording, std::int64_t exits);

/// Judges the same and makes latencies of the same samples: device and clock are "recorded", one copy of the model
/// answered, and the clock's own cost counts as 0. BadInput where the recording holds none.
schema::Latencies to_latencies(const Recording& recording, std::int64_t exits);

}  // namespace exitaudit::import_observations
