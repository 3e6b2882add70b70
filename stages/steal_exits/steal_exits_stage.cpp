#include "stages/steal_exits/steal_exits_stage.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/schema/latencies.h"
#include "stages/schema/stolen_exits.h"
#include "stages/statistics/exit_accuracy.h"
#include "stages/steal_exits/exit_thief.h"
#include "stages/steal_exits/likelihood_thief.h"
#include "stages/steal_exits/paper_recipe.h"
#include "stages/steal_exits/steal_exits_options.h"
#include "stages/steal_exits/timings.h"

namespace exitaudit::steal_exits {
namespace {

/// All that a thief of this job knows.
struct Knowledge {
  std::int64_t exits = 1;
  std::vector<std::int64_t> index;  ///< [n] of the samples that it tells apart
  std::vector<double> time_ms;      ///< [n] theirs
  std::vector<double> fit_ms;       ///< the target's times that borders are drawn on
  std::optional<OwnModel> own;
};

/// The paper averages what it measured; the sound recipe leaves out what a disturbance stretched.
Outliers outliers_of(const StealExitsOptions& options) {
  return options.recipe == Recipe::kPaper ? Outliers::kKept : Outliers::kCut;
}

schema::Latencies read_model(StageContext& context, const std::string& role, std::int64_t exits) {
  schema::Latencies latencies = schema::read_latencies(context.input(role));
  if (latencies.exits == exits) return latencies;
  throw Error(ErrorKind::kFailure,
              fmt::format("{} {} has {} exits, latencies {} have {}: exits are told apart with models of one number of "
                          "exits",
                          role, context.input_job(role), latencies.exits, context.input_job("latencies"), exits));
}

void need(StageContext& context, const std::string& role, const std::string& setting) {
  if (context.has_input(role)) return;
  throw Error(ErrorKind::kFailure, fmt::format("{} needs the input {}, which {} lacks", setting, role, context.job()));
}

/// The target's times that the borders are drawn on.
std::vector<double> fit_times(StageContext& context, const StealExitsOptions& options, const Knowledge& known) {
  if (options.fit_on == FitOn::kEvaluated) return known.time_ms;
  need(context, "fit_latencies", "fit_on: shadow_queries");
  const schema::Latencies fit = read_model(context, "fit_latencies", known.exits);
  return average_times(see_timings(fit), options.statistic, outliers_of(options));
}

Knowledge gather(StageContext& context, const StealExitsJob& job, const schema::Latencies& target) {
  const StealExitsOptions& options = job.steal_exits;
  Knowledge known;
  known.exits = target.exits;
  known.index = target.index;
  known.time_ms = average_times(see_timings(target), options.statistic, outliers_of(options));
  if (job.thief == Thief::kDensity) known.fit_ms = fit_times(context, options, known);
  if (job.thief == Thief::kLikelihood) need(context, "shadow_latencies", "the likelihood thief");
  if (context.has_input("shadow_latencies")) {
    const schema::Latencies shadow = read_model(context, "shadow_latencies", known.exits);
    known.own = see_own_model(shadow, options.statistic, outliers_of(options));
  }
  return known;
}

schema::StolenExits by_density(const Knowledge& known, const StealExitsOptions& options) {
  if (known.fit_ms.empty()) throw Error(ErrorKind::kFailure, "there are no times of the target to draw borders on");
  const ExitBorders borders = options.recipe == Recipe::kPaper
                                  ? draw_paper_borders(known.fit_ms, known.exits, options.bandwidth_ms)
                                  : draw_borders(known.fit_ms, known.exits, known.own, options);
  schema::StolenExits found;
  found.method = borders.method;
  found.estimated_exits = borders.estimated_exits;
  found.exit = tell_exits(borders, known.time_ms);
  found.grid = borders.grid;
  found.density = borders.density;
  found.valleys = borders.valleys;
  return found;
}

schema::StolenExits by_likelihood(const Knowledge& known, const StealExitsJob& job) {
  const LikelihoodThief thief(*known.own, {job.guard_sigma_ms, job.guard_cap}, known.time_ms);
  schema::StolenExits found;
  found.method = thief.method();
  found.estimated_exits = thief.exits_seen();
  found.exit = thief.tell_exits(known.time_ms);
  return found;
}

}  // namespace

void steal_exits_stage(StageContext& context) {
  const auto job = read_slice<StealExitsJob>(context.config());
  const schema::Latencies target = schema::read_latencies(context.input("latencies"));
  const Knowledge known = gather(context, job, target);
  schema::StolenExits found =
      job.thief == Thief::kDensity ? by_density(known, job.steal_exits) : by_likelihood(known, job);
  found.exits = known.exits;
  found.index = known.index;
  log_info("{}", found.method);
  if (found.estimated_exits != found.exits) {
    log_warning("{} exits stood out of the {} that the model has", found.estimated_exits, found.exits);
  }
  statistics::measure_exits(found, target.exit_taken);
  schema::write(context.output(), found);
}

}  // namespace exitaudit::steal_exits
