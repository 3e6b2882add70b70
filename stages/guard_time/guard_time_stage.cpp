#include "stages/guard_time/guard_time_stage.h"

#include <fmt/format.h>

#include <stdexcept>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/guard_time/guarded_latencies.h"
#include "stages/guard_time/secret.h"

namespace exitaudit::guard_time {
namespace {

/// The library knows no exitaudit errors; its sentences hold nothing of the secret.
Secret secret_of_stage() {
  try {
    return secret_from_environment([](const std::string& warning) { log_warning("{}", warning); });
  } catch (const std::invalid_argument& error) {
    throw BadInput(error.what());
  }
}

CleanTimes times_of(StageContext& context, const schema::Latencies& clean) {
  if (!context.has_input("calibration")) return learn_times(clean);
  const schema::Latencies calibration = schema::read_latencies(context.input("calibration"));
  if (calibration.exits != clean.exits) {
    throw Error(ErrorKind::kFailure,
                fmt::format("guard_time: calibrated on {} exits, to guard {}", calibration.exits, clean.exits));
  }
  return learn_times(calibration);
}

}  // namespace

void guard_time_stage(StageContext& context) {
  const auto settings = read_slice<GuardTimeJob>(context.config());
  const schema::Latencies clean = schema::read_latencies(context.input("latencies"));
  const schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  const CleanTimes times = times_of(context, clean);
  const TimeGuard guard(secret_of_stage(), policy_of(settings, times));
  const Queries queries = ask(clean, dataset, guard, settings.near_duplicates);
  schema::write(context.output(), guarded_latencies(clean, times, guard, queries));
}

}  // namespace exitaudit::guard_time
