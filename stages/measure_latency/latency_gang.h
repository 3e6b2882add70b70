#pragma once
// The latency gang: copies of one model answer at once, each its share of the samples, one at a time.
//
// What is measured is a model under the load of its neighbours, so the load must last as long as the measurement: a
// barrier starts each pass over the samples, and who is done with its share goes on answering until the last one is.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/ranks/communicator.h"
#include "stages/measure_latency/stopwatch.h"

namespace exitaudit::measure_latency {

/// What a gang times: one model and its samples.
class TimedModel {
 public:
  virtual ~TimedModel() = default;
  /// Makes the sample of a row ready on the device; not timed.
  virtual void load(std::int64_t row) = 0;
  /// Answers the sample that was loaded last and says at which exit.
  virtual std::int64_t answer() = 0;
};

struct GangSettings {
  std::int64_t warmup = 20;         ///< answers before the first timed one
  std::int64_t repeats = 10;        ///< passes over all samples, each in an order of its own
  std::vector<std::string> stream;  ///< names of the orders' random stream
};

/// The same on all ranks.
struct GangTimes {
  std::vector<std::int32_t> copy;  ///< [n] rank that timed the sample
  std::vector<std::int32_t> exit;  ///< [n] where it left in the first pass
  std::vector<double> latency_ms;  ///< [n, repeats]
  double overhead_ms = 0;          ///< median time of nothing, the largest of all ranks
  std::int64_t wavering = 0;       ///< samples that did not leave at the same exit in every pass
};

/// Times the rows 0 .. n-1; row i is timed by rank i mod team.size(). `after_pass(done)` is called on every rank after
/// each pass, all ranks at once, so it may use the team. Collective. Throws BadInput where there are fewer rows than
/// ranks.
GangTimes time_gang(std::int64_t rows, TimedModel& model, Stopwatch& stopwatch, const GangSettings& settings,
                    Communicator& team, const std::function<void(std::int64_t done)>& after_pass);

}  // namespace exitaudit::measure_latency
