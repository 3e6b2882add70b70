#include "jobs/light_stages.h"

#include <fmt/format.h>

#include "jobs/stage_list.h"
#include "pipeline/base/error.h"
#include "stages/add_noise/add_noise_stage.h"
#include "stages/characterize/characterize_stage.h"
#include "stages/guard_time/guard_time_stage.h"
#include "stages/import_observations/import_latencies_stage.h"
#include "stages/import_observations/import_observations_stage.h"
#include "stages/import_weights/import_weights_stage.h"
#include "stages/ingest/ingest_stage.h"
#include "stages/split/split_stage.h"
#include "stages/steal_exits/steal_exits_stage.h"
#include "stages/tabulate/tabulate_stage.h"

namespace exitaudit {

const StageTable& light_stages() {
  static const StageTable table{
      {"import_weights", import_weights::import_weights_stage},
      {"ingest", ingest::ingest_stage},
      {"split", split::split_stage},
      {"import_observations", import_observations::import_observations_stage},
      {"import_latencies", import_observations::import_latencies_stage},
      {"add_noise", add_noise::add_noise_stage},
      {"guard_time", guard_time::guard_time_stage},
      {"characterize", characterize::characterize_stage},
      {"steal_exits", steal_exits::steal_exits_stage},
      {"tabulate", tabulate::tabulate_stage},
  };
  return table;
}

JobResult run_bound_stage(const JobOrder& order, const StageTable& table, Communicator& team) {
  const auto bound = [&](StageContext& context) {
    const auto found = table.find(order.stage);
    if (found == table.end()) {
      throw Error(ErrorKind::kFailure, fmt::format("stage {} is not built into this worker", order.stage));
    }
    const int version = stage_info(order.stage).version;
    if (version != order.stage_version) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("stage {} is version {} in this worker and {} in the program that sent the job; "
                              "install both from one build",
                              order.stage, version, order.stage_version));
    }
    found->second(context);
  };
  return run_stage(order, bound, team);
}

}  // namespace exitaudit
