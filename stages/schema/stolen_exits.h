#pragma once
// stolen_exits: which exit an adversary without the truth believes answered each target sample (specification 6.2, 8).

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "stages/schema/measurement.h"

namespace exitaudit::schema {

/// Row i belongs to the sample `index[i]`; join on it, never on the position.
struct StolenExits {
  std::string method;                   ///< how they were found, for people: "scores", …
  std::int64_t exits = 1;               ///< the believed exits are numbered 0 .. exits-1
  std::int64_t estimated_exits = 1;     ///< how many the adversary saw of its own
  std::vector<std::int64_t> index;      ///< [n] sample in the target's dataset
  std::vector<std::int32_t> exit;       ///< [n] believed
  std::vector<std::int64_t> confusion;  ///< [exits, exits] samples by true exit and believed exit; for reports only
  std::vector<Measurement> measurements;

  // Of estimators that read the clock; empty for others.
  std::vector<double> grid;     ///< [points] ms
  std::vector<double> density;  ///< [points] per ms, on the grid
  std::vector<double> valleys;  ///< [borders] ms, rising
};

/// Throws Error(kFailure) with the sample's index: unequal lengths, an exit out of range, an index seen twice.
void check(const StolenExits& stolen);
void write(ArtifactWriter& out, const StolenExits& stolen);
StolenExits read_stolen_exits(const ArtifactReader& in);

}  // namespace exitaudit::schema
