#include "jobs/clock_jobs.h"

#include <fmt/format.h>

#include <algorithm>

namespace exitaudit {
namespace {

using guard_time::GuardAdversary;
using Kind = Disturbance::Kind;

std::string_view name_of(GuardAdversary adversary) {
  return guard_time::kGuardAdversaryNames[static_cast<std::size_t>(adversary)];
}

}  // namespace

std::string Disturbance::mark() const {
  if (kind == Kind::kNone) return "";
  if (kind == Kind::kNetwork) return fmt::format("/noise={}x{}", sigma_ms, queries);
  const bool unaware = adversary == GuardAdversary::kUnaware;
  return fmt::format("/guard={}{}{}", sigma_ms, unaware ? "" : "/", unaware ? "" : name_of(adversary));
}

bool ClockJobs::is_deepest(const Cell& cell) const {
  std::int64_t deepest = 1;
  for (const Axes& axes : experiment_.axes) {
    const bool holds = std::ranges::count(axes.dataset, cell.dataset.name) > 0 &&
                       std::ranges::count(axes.network, cell.family) > 0 &&
                       std::ranges::count(axes.seed, cell.seed) > 0;
    if (holds) deepest = std::max(deepest, std::ranges::max(axes.exits));
  }
  return cell.exits == deepest;
}

bool ClockJobs::sweeps_noise(const Cell& cell) const {
  const auto named = [](const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::ranges::count(names, name) > 0;
  };
  return named(experiment_.add_noise.dataset, cell.dataset.name) &&
         named(experiment_.add_noise.network, cell.network());
}

std::vector<Disturbance> ClockJobs::disturbances(const Cell& cell, std::int64_t copies, bool adversary_3) const {
  std::vector<Disturbance> found{Disturbance{}};
  if (!is_deepest(cell) || copies != 1 || adversary_3) return found;
  if (sweeps_noise(cell)) {
    for (const double sigma : experiment_.add_noise.sigma_ms)
      for (const std::int64_t queries : experiment_.add_noise.queries)
        found.push_back({.kind = Kind::kNetwork, .sigma_ms = sigma, .queries = queries});
  }
  for (const double sigma : experiment_.guard_time.sigma_ms)
    for (const GuardAdversary adversary : experiment_.guard_time.adversaries)
      found.push_back({.kind = Kind::kGuard, .sigma_ms = sigma, .adversary = adversary});
  return found;
}

/// add_noise: the same latencies as seen through a network (6.3).
std::string ClockJobs::noisy(const Cell& cell, const std::string& latencies, const Disturbance& disturbance) {
  const std::string rest =
      fmt::format("{}/sigma={}/queries={}", after_stage(latencies), disturbance.sigma_ms, disturbance.queries);
  return book_.add("add_noise", rest, JobBook::axes(cell, kTarget), [&](Job& job) {
    job.config = make_slice(add_noise::AddNoiseJob{.seed = cell.seed,
                                                   .sigma_ms = disturbance.sigma_ms,
                                                   .queries = disturbance.queries,
                                                   .mean_ms = experiment_.add_noise.mean_ms,
                                                   .positive = experiment_.add_noise.positive});
    job.inputs = {{"latencies", latencies}};
  });
}

/// guard_time: the same latencies behind TimeGuard (7), asked once for each sample or for its near-duplicates.
std::string ClockJobs::guarded(const Cell& cell, const std::string& latencies, const std::string& calibration,
                               const Disturbance& disturbance) {
  const bool averaging = disturbance.adversary == GuardAdversary::kAveraging;
  const std::int64_t duplicates = averaging ? experiment_.guard_time.near_duplicates : 0;
  const std::string mark = averaging ? fmt::format("/near_duplicates={}", duplicates) : "";
  const std::string rest = fmt::format("{}/sigma={}{}", after_stage(latencies), disturbance.sigma_ms, mark);
  return book_.add("guard_time", rest, JobBook::axes(cell, kTarget), [&](Job& job) {
    job.config = make_slice(guard_time::GuardTimeJob{.sigma_ms = disturbance.sigma_ms,
                                                     .cap = experiment_.guard_time.cap,
                                                     .release = experiment_.guard_time.release,
                                                     .near_duplicates = duplicates});
    job.inputs = {{"latencies", latencies}, {"dataset", models_.ingest(cell)}};
    // A server has one guard, whoever asks: its constants come from the model's own samples.
    if (calibration != latencies) job.inputs.push_back({"calibration", calibration});
  });
}

std::string ClockJobs::disturbed(const Cell& cell, const std::string& latencies, const std::string& calibration,
                                 const Disturbance& disturbance) {
  switch (disturbance.kind) {
    case Kind::kNone:
      return latencies;
    case Kind::kNetwork:
      return noisy(cell, latencies, disturbance);
    case Kind::kGuard:
      return guarded(cell, latencies, calibration, disturbance);
  }
  return latencies;
}

/// How long the target took, and what a guard makes of it; an adversary's own doing has no place there.
void ClockJobs::tabulate_times(const Cell& cell, const std::string& job, std::int64_t copies,
                               const Disturbance& disturbance) {
  const bool guard = disturbance.kind == Kind::kGuard;
  // Near-duplicates are asked by nobody but that adversary.
  if (guard && disturbance.adversary == GuardAdversary::kAveraging) return;
  book_.tabulate(
      {.input = job,
       .noun = "latencies",
       .dataset = cell.dataset.name,
       .network = cell.network(),
       .exits = cell.exits,
       .seed = cell.seed,
       .role = kTarget,
       .attack = "",
       .exit_source = fmt::format("copies={}{}", copies,
                                  guard ? fmt::format("/guard={}", disturbance.sigma_ms) : disturbance.mark()),
       .shadow = ""});
}

steal_exits::StealExitsJob ClockJobs::thief(const HeldShadow& shadow, const Disturbance& disturbance) const {
  steal_exits::StealExitsJob job{.steal_exits = experiment_.steal_exits};
  if (shadow.other_dataset) job.steal_exits.fit_on = steal_exits::FitOn::kEvaluated;
  const bool guarded = disturbance.kind == Kind::kGuard;
  if (guarded && disturbance.adversary == GuardAdversary::kAveraging) {
    job.steal_exits.statistic = steal_exits::Statistic::kMean;  // half-normal delays average out, their median does not
  }
  if (!guarded || disturbance.adversary != GuardAdversary::kLikelihood) return job;
  job.thief = steal_exits::Thief::kLikelihood;
  job.guard_sigma_ms = disturbance.sigma_ms;
  job.guard_cap = experiment_.guard_time.cap;
  return job;
}

/// steal_exits: exits from the clock alone (6.2). A network lies before the adversary's own model too; its own model
/// has no guard.
std::string ClockJobs::steal_from_target(const Cell& cell, const HeldShadow& shadow, std::int64_t copies,
                                         const Disturbance& disturbance) {
  const std::string rest =
      fmt::format("{}{}/copies={}{}/seed{}", cell.path(), shadow.mark, copies, disturbance.mark(), cell.seed);
  return book_.add("steal_exits", rest, JobBook::axes(cell, kTarget), [&](Job& job) {
    job.config = make_slice(thief(shadow, disturbance));
    const auto measured = [&](const std::string& samples_of) {
      return models_.measure_latency(cell, kTarget, samples_of, experiment_.shadow_tau, copies);
    };
    const auto of_target = [&](const std::string& samples_of) {
      return disturbed(cell, measured(samples_of), measured(kTarget), disturbance);
    };
    const std::string own = models_.measure_latency(shadow.cell, kShadow, kShadow, shadow.tau, copies);
    const bool guard = disturbance.kind == Kind::kGuard;
    const std::string times = of_target(kTarget);
    tabulate_times(cell, times, copies, disturbance);
    job.inputs = {{"latencies", times},
                  {"fit_latencies", of_target(shadow.other_dataset ? kTarget : kShadow)},
                  {"shadow_latencies", guard ? own : disturbed(shadow.cell, own, own, disturbance)}};
  });
}

/// The same for the adversary's own model behind a guard like the target's: what its attack learns from (7, [R] d).
std::string ClockJobs::steal_from_shadow(const Cell& cell, const HeldShadow& shadow, std::int64_t copies,
                                         const Disturbance& disturbance) {
  const std::string rest =
      fmt::format("{}{}/copies={}{}/own/seed{}", cell.path(), shadow.mark, copies, disturbance.mark(), cell.seed);
  return book_.add("steal_exits", rest, JobBook::axes(shadow.cell, kShadow), [&](Job& job) {
    const std::string own = models_.measure_latency(shadow.cell, kShadow, kShadow, shadow.tau, copies);
    const std::string behind_guard = disturbed(shadow.cell, own, own, disturbance);
    job.config = make_slice(thief(shadow, disturbance));
    job.inputs = {{"latencies", behind_guard}, {"fit_latencies", behind_guard}, {"shadow_latencies", own}};
  });
}

StolenJobs ClockJobs::steal(const Cell& cell, const HeldShadow& shadow, std::int64_t copies,
                            const Disturbance& disturbance) {
  StolenJobs stolen{.target = steal_from_target(cell, shadow, copies, disturbance), .shadow = {}};
  const bool retrains = disturbance.kind == Kind::kGuard && disturbance.adversary == GuardAdversary::kRetrained;
  if (retrains) stolen.shadow = steal_from_shadow(cell, shadow, copies, disturbance);
  return stolen;
}

}  // namespace exitaudit
