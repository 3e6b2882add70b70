#include "jobs/stage_table.h"

#include "stages/attack/attack_stage.h"
#include "stages/calibrate/calibrate_stage.h"
#include "stages/measure_boundary/measure_boundary_stage.h"
#include "stages/measure_latency/measure_latency_stage.h"
#include "stages/predict_exits/predict_exits_stage.h"
#include "stages/record/record_stage.h"
#include "stages/train/train_stage.h"

namespace exitaudit {

const StageTable& all_stages() {
  static const StageTable table = [] {
    StageTable all = light_stages();
    all["train"] = train::train_stage;
    all["calibrate"] = calibrate::calibrate_stage;
    all["record"] = record::record_stage;
    all["predict_exits"] = predict_exits::predict_exits_stage;
    all["measure_latency"] = measure_latency::measure_latency_stage;
    all["measure_boundary"] = measure_boundary::measure_boundary_stage;
    all["attack"] = attack::attack_stage;
    return all;
  }();
  return table;
}

}  // namespace exitaudit
