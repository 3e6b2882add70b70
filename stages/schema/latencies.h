#pragma once
// latencies: how long a model took to answer each sample, as an adversary with a clock sees it (specification 6.2, 6.3,
// 7).

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "stages/schema/measurement.h"

namespace exitaudit::schema {

/// Row i belongs to the sample `index[i]`; join on it, never on the position. A simulated network and TimeGuard leave
/// the same noun, so that thief and attack run on them unchanged.
struct Latencies {
  std::string device;                  ///< label of what was timed: "h200", "cpu"; "recorded" for a user's own
  std::string clock;                   ///< "cuda_events", "steady_clock", "recorded"
  std::string disturbance;             ///< "" as measured, "network", "time_guard"
  std::int64_t devices = 1;            ///< of the node, that took part at once
  std::int64_t copies_per_device = 1;  ///< of the model, at once
  std::int64_t exits = 1;
  std::int64_t repeats = 1;               ///< timings of each sample
  double overhead_ms = 0;                 ///< what reading the clock costs by itself, contained in every timing
  std::vector<std::int64_t> index;        ///< [n] sample in the dataset
  std::vector<std::int32_t> copy;         ///< [n] of the gang, which timed it: 0 .. devices*copies_per_device-1
  std::vector<std::int32_t> exit_taken;   ///< [n] the truth: for guards and reports, never for a thief
  std::vector<double> latency_ms;         ///< [n, repeats]
  std::vector<Measurement> measurements;  ///< mean times, what a guard costs, …

  std::int64_t count() const { return static_cast<std::int64_t>(index.size()); }
};

/// Throws Error(kFailure) with the sample's index: a latency that is not a number, infinite, zero or negative, an exit
/// or copy out of range, an index seen twice, unequal lengths.
void check(const Latencies& latencies);
void write(ArtifactWriter& out, const Latencies& latencies);
Latencies read_latencies(const ArtifactReader& in);

}  // namespace exitaudit::schema
