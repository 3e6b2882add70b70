#include "pipeline/run/conductor_rank.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"

namespace exitaudit {
namespace {

constexpr double kSignalsEarly = 60;  // seconds that Slurm's --signal may come before its time
constexpr double kBeforeTheKill = 20;

}  // namespace

ConductorRank::ConductorRank(const JobGraph& graph, const RunOptions& options, int rank)
    : graph_(graph),
      options_(options),
      rank_(rank),
      folders_{options.root},
      store_(folders_.artifacts()),
      deadline_(Deadline::from_slurm(options.walltime_margin_s)),
      conductor_(options.slots, {options.light_worker, options.torch_worker},
                 {options.job_limit_s, options.worker_memory}),
      watch_(options.rank_limit_s) {}

void ConductorRank::handle(const RankMessage& message) {
  watch_.heard(0, SystemClock().monotonic_seconds());
  std::visit(Overloaded{[this](const StartJob& each) { start(each); }, [this](const StopJobs&) { conductor_.stop(); },
                        [this](const KillJobs&) { conductor_.kill(); }, [](const Alive&) {},
                        [this](const Leave& each) { exit_code_ = each.exit_code; },
                        [](const auto&) { require(false, "a conductor is told what conductors are told"); }},
             message);
}

std::vector<RankMessage> ConductorRank::step() {
  std::vector<RankMessage> news;
  if (!said_hello_) news.emplace_back(Hello{options_.slots, host_name(), options_.device});
  said_hello_ = true;
  const bool stop = stop_requested() || deadline_.passed(SystemClock());
  // Whoever waits for the time limit may be preempted meanwhile: then there is less time than that.
  if (stop && (!said_stop_ || (stop_is_urgent() && !said_urgent_))) {
    said_stop_ = true;
    said_urgent_ = stop_is_urgent();
    news.emplace_back(stop_wish());
  }
  for (ConductorEvent& event : conductor_.poll()) news.push_back(translate(std::move(event)));
  if (watch_.beat_is_due(SystemClock().monotonic_seconds())) news.emplace_back(Alive{});
  return news;
}

/// A time limit leaves its margin to what writes resume points; a preemption (SIGTERM) kills after KillWait, 30 s by
/// Slurm's default.
StopWish ConductorRank::stop_wish() const {
  const auto left = deadline_.seconds_to_end(SystemClock());
  const bool limit = left && !stop_is_urgent() && *left <= options_.walltime_margin_s + kSignalsEarly;
  return {limit ? std::max(options_.stop_grace_s, *left - kBeforeTheKill) : options_.stop_grace_s, limit};
}

void ConductorRank::require_rank_zero() {
  if (watch_.take_lost(SystemClock().monotonic_seconds()).empty()) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("rank {} on {} has heard nothing of rank 0 for {:.0f} s and ends its jobs", rank_,
                          host_name(), watch_.limit()));
}

void ConductorRank::start(const StartJob& start) {
  if (start.job >= graph_.size() || graph_.fingerprint(start.job) != start.fingerprint) {
    throw Error(ErrorKind::kFailure,
                fmt::format("rank {} on {} reads another study than rank 0: give all ranks the same "
                            "files and flags",
                            rank_, host_name()));
  }
  conductor_.start(make_order(start), graph_.job(start.job).stage.torch);
}

JobOrder ConductorRank::make_order(const StartJob& start) const {
  const Job& job = graph_.job(start.job);
  JobOrder order{.job = job.id,
                 .stage = job.stage.name,
                 .stage_version = job.stage.version,
                 .noun = job.stage.noun,
                 .fingerprint = start.fingerprint,
                 .config = job.config.text(),
                 .inputs = {},
                 .output = store_.path(job.stage.noun, start.fingerprint).string(),
                 .log = (folders_.root / StudyFolders::log(job.id)).string(),
                 .lease = start.lease,
                 .launch = start.launch,
                 .checkpoints = folders_.checkpoints(start.fingerprint).string(),
                 .checkpoint_every = options_.checkpoint_every_s,
                 .device = options_.device,
                 .ranks = job.ranks,
                 .devices = start.devices,
                 .data_folders = options_.data_folders};
  const auto inputs = graph_.inputs(start.job);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string& fingerprint = graph_.fingerprint(inputs[i]);
    const std::string path = store_.path(graph_.job(inputs[i]).stage.noun, fingerprint).string();
    order.inputs.push_back({job.inputs[i].name, job.inputs[i].job, path, fingerprint});
  }
  return order;
}

RankMessage ConductorRank::translate(ConductorEvent event) const {
  if (event.result) {
    const std::size_t job = graph_.index_of(event.result->job);
    return JobEnded{job, *std::move(event.result), std::move(event.tail)};
  }
  return JobAdvanced{graph_.index_of(event.progress->job), event.progress->fraction, event.progress->what};
}

}  // namespace exitaudit
