#include "stages/predict_exits/predict_exits_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pipeline/base/error.h"
#include "stages/common/device.h"
#include "stages/predict_exits/exit_predictor.h"
#include "stages/predict_exits/predict_exits_options.h"
#include "stages/statistics/exit_accuracy.h"

namespace exitaudit::predict_exits {
namespace {

void check_exits(StageContext& context, const schema::Observations& shadow, const schema::Observations& target) {
  if (shadow.exits == target.exits) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("shadow {} has {} exits, target {} has {}: exits are predicted after a shadow model with the "
                          "target's number of exits",
                          context.input_job("shadow"), shadow.exits, context.input_job("target"), target.exits));
}

std::vector<std::string> stream_names(const PredictExitsJob& job) {
  return {"predict_exits",           job.dataset,      job.network,
          std::to_string(job.exits), job.shadow_model, std::to_string(job.seed)};
}

}  // namespace

void predict_exits_stage(StageContext& context) {
  const auto job = read_slice<PredictExitsJob>(context.config());
  const torch::Device device = prepare_device(context.device(), job.execution);
  const schema::Observations shadow = schema::read_observations(context.input("shadow"));
  const schema::Observations target = schema::read_observations(context.input("target"));
  check_exits(context, shadow, target);
  const auto after_epoch = [&](std::int64_t epochs) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the prediction starts over");
    context.progress(static_cast<double>(epochs) / static_cast<double>(job.training.epochs),
                     fmt::format("epoch {}/{}", epochs, job.training.epochs));
  };
  schema::StolenExits found;
  found.method = "predicted from the three largest scores";
  found.exits = target.exits;
  found.estimated_exits = *std::max_element(shadow.exit_taken.begin(), shadow.exit_taken.end()) + 1;
  found.index = target.index;
  found.exit = predict_exits({see_answers(shadow), shadow.exits, shadow.exit_taken}, see_answers(target), job.training,
                             stream_names(job), after_epoch, device.str());
  statistics::measure_exits(found, target.exit_taken);
  note_environment(context.output().header(), device, job.execution);
  schema::write(context.output(), found);
}

}  // namespace exitaudit::predict_exits
