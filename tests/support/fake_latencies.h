#pragma once
// fake_latencies: times of a model whose exits take 1, 2, 3, … ms, with jitter.

#include <cstdint>

#include "pipeline/base/random.h"
#include "stages/schema/latencies.h"

namespace exitaudit::test {

/// Samples 0 .. count-1, their exits drawn evenly.
inline schema::Latencies fake_latencies(std::int64_t count, std::int64_t exits, std::int64_t repeats,
                                        double jitter_ms = 0.05) {
  schema::Latencies made;
  made.device = "cpu";
  made.clock = "steady_clock";
  made.exits = exits;
  made.repeats = repeats;
  RandomStream random = stream("fake latencies", count, exits, repeats);
  for (std::int64_t sample = 0; sample < count; ++sample) {
    made.index.push_back(sample);
    made.copy.push_back(0);
    made.exit_taken.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(exits))));
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat)
      made.latency_ms.push_back(made.exit_taken.back() + 1 + jitter_ms * random.uniform());
  }
  return made;
}

}  // namespace exitaudit::test
