#pragma once
// MeasureLatencyOptions: how the clock is read (specification 6.2; architecture, section 2, timing).

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/networks/network_options.h"

namespace exitaudit::measure_latency {

struct MeasureLatencyOptions {
  std::string device = "cpu";                      ///< label of the machine's device: latencies belong to it
  std::int64_t devices = 1;                        ///< devices of the node that take part
  std::vector<std::int64_t> copies_per_device{1};  ///< 1 and 4 are the paper's settings
  std::int64_t warmup = 20;                        ///< queries before the first measured one
  std::int64_t repeats = 10;                       ///< interleaved timings of each sample
  std::int64_t samples = 5000;                     ///< of each part; 0 = all
};
void describe(Fields& f, MeasureLatencyOptions& o);

/// One gang: a model timed by devices x copies ranks at once.
struct MeasureLatencyJob {
  std::string role;
  std::string samples_of;  ///< whose samples are timed: "target" or "shadow0"
  networks::NetworkOptions network;
  std::int64_t copies_per_device = 1;
  MeasureLatencyOptions measure_latency;
};
void describe(Fields& f, MeasureLatencyJob& o);

}  // namespace exitaudit::measure_latency
