#include "jobs/stage_list.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"

namespace exitaudit {
namespace {

constexpr bool kLight = false;
constexpr bool kTorch = true;

/// {verb, version, noun, needs torch}: raise the version when a stage's results change.
const std::array kStages{
    StageInfo{"ingest", 1, "dataset", kLight},
    StageInfo{"split", 1, "partition", kLight},
    StageInfo{"train", 2, "weights", kTorch},
    StageInfo{"import_weights", 1, "weights", kLight},
    StageInfo{"calibrate", 1, "thresholds", kTorch},
    StageInfo{"record", 2, "observations", kTorch},
    StageInfo{"import_observations", 1, "observations", kLight},
    StageInfo{"import_latencies", 1, "latencies", kLight},
    StageInfo{"measure_latency", 1, "latencies", kTorch},
    StageInfo{"add_noise", 1, "latencies", kLight},
    StageInfo{"guard_time", 1, "latencies", kLight},
    StageInfo{"steal_exits", 2, "stolen_exits", kLight},
    StageInfo{"predict_exits", 1, "stolen_exits", kTorch},
    StageInfo{"measure_boundary", 2, "distances", kTorch},
    StageInfo{"attack", 2, "verdicts", kTorch},
    StageInfo{"characterize", 1, "characteristics", kLight},
    StageInfo{"tabulate", 3, "table", kLight},
};

}  // namespace

std::span<const StageInfo> stage_list() {
  return kStages;
}

const StageInfo& stage_info(std::string_view name) {
  const auto found =
      std::find_if(kStages.begin(), kStages.end(), [&](const StageInfo& stage) { return stage.name == name; });
  if (found != kStages.end()) return *found;
  std::vector<std::string> names;
  for (const StageInfo& stage : kStages) names.push_back(stage.name);
  throw BadInput("there is no stage \"" + std::string(name) + "\"" + did_you_mean(name, names));
}

}  // namespace exitaudit
