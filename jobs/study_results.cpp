#include "jobs/study_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "jobs/study_status.h"
#include "jobs/version.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"
#include "pipeline/graph/explain.h"
#include "stages/tabulate/table_builder.h"

namespace exitaudit {
namespace {

using report::ExpectedResult;
using report::ResultState;

ResultState state_of(const Decision& decision, JobState state, const Existing* existing) {
  if (decision.has_artifact()) return ResultState::kThere;
  if (state == JobState::kRunning) return ResultState::kRunning;
  if (state == JobState::kFailed) return ResultState::kFailed;
  if (existing != nullptr) return existing->corrupt ? ResultState::kCorrupt : ResultState::kStale;
  if (state == JobState::kBlocked) return ResultState::kBlocked;
  return state == JobState::kUnavailable ? ResultState::kUnavailable : ResultState::kMissing;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

class Gatherer {
 public:
  Gatherer(const PlannedStudy& planned, const std::string& file)
      : planned_(planned),
        graph_(planned.study.graph),
        store_(planned.study.folders.artifacts()),
        statuses_(statuses(planned)),
        table_job_(graph_.index_of("tabulate/all")) {
    results_.study = planned.study.experiment.study;
    results_.command = file;
  }

  report::StudyResults all() {
    expect();
    fill_table();
    list_failures();
    list_costs();
    tell_provenance();
    return std::move(results_);
  }

 private:
  std::string path(std::size_t job) const {
    return store_.path(graph_.job(job).stage.noun, graph_.fingerprint(job)).string();
  }

  const Existing* existing(std::size_t job) const {
    const auto found = planned_.snapshot.artifacts.find(graph_.fingerprint(job));
    return found == planned_.snapshot.artifacts.end() ? nullptr : &found->second;
  }

  /// Why a result is not there, in a line.
  std::string why(std::size_t job, ResultState state) const {
    const Decision& decision = planned_.plan.decisions[job];
    const Attempt* last = statuses_[job].last;
    if (state == ResultState::kFailed && last != nullptr) return first_line(last->message);
    if (state == ResultState::kBlocked) return "waits for " + graph_.job(decision.because).id;
    if (state == ResultState::kStale) return "was made from other inputs than there are now";
    return "";
  }

  void expect() {
    settings_ = read_slice<tabulate::TabulateJob>(graph_.job(table_job_).config);
    for (const tabulate::TabulateSource& source : settings_.sources) {
      const std::size_t job = graph_.index_of(source.input);
      const ResultState state = state_of(planned_.plan.decisions[job], statuses_[job].state, existing(job));
      results_.expected.push_back({.dataset = source.dataset,
                                   .network = source.network,
                                   .exits = source.exits,
                                   .seed = source.seed,
                                   .role = source.role,
                                   .attack = source.attack,
                                   .exit_source = source.exit_source,
                                   .shadow = source.shadow,
                                   .noun = source.noun,
                                   .job = source.input,
                                   .state = state,
                                   .why = why(job, state)});
    }
  }

  /// The table counts only while every result behind it is still there.
  void fill_table() {
    const bool complete = std::ranges::all_of(results_.expected, &is_there);
    if (!(complete && planned_.plan.decisions[table_job_].has_artifact() && read_table())) build_table();
  }

  static bool is_there(const ExpectedResult& result) { return result.state == ResultState::kThere; }

  bool read_table() {
    try {
      const ArtifactReader in = ArtifactReader::open(path(table_job_), "table");
      results_.rows = schema::read_table(in);
      results_.curves = schema::read_curves(in);
      results_.provenance.emplace_back("table",
                                       fmt::format("{} (content {})", artifact_name(graph_, table_job_), in.content()));
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kCorruptArtifact) throw;
      return false;  // it can be made again from what it was made of
    }
  }

  void build_table() {
    tabulate::TableBuilder builder;
    bool any = false;
    for (std::size_t i = 0; i < settings_.sources.size(); ++i) {
      ExpectedResult& result = results_.expected[i];
      const bool seen = is_there(result) && see(builder, settings_.sources[i], result);
      if (!seen) builder.miss(settings_.sources[i]);
      any = any || seen;
    }
    if (!any) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("study {} has no results yet: {} jobs are to run first; `exitaudit run {}` does, and "
                              "`exitaudit status {}` shows how it stands",
                              results_.study, planned_.plan.count(Verdict::kRun), results_.command, results_.command));
    }
    tabulate::Table table = builder.finish(settings_);
    results_.rows = std::move(table.rows);
    results_.curves = std::move(table.curves);
    results_.provenance.emplace_back("table", "not complete: made for this report from what there is");
  }

  bool see(tabulate::TableBuilder& builder, const tabulate::TabulateSource& source, ExpectedResult& result) {
    try {
      builder.see(source, result.job, ArtifactReader::open(path(graph_.index_of(source.input)), source.noun));
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kCorruptArtifact) throw;
      result.state = ResultState::kCorrupt;
      result.why = first_line(error.what());
      return false;
    }
  }

  void list_failures() {
    for (std::size_t job = 0; job < graph_.size(); ++job) {
      const Attempt* last = statuses_[job].last;
      if (statuses_[job].state != JobState::kFailed || last == nullptr) continue;
      results_.failures.push_back({.job = graph_.job(job).id,
                                   .outcome = std::string(to_string(last->outcome)),
                                   .message = last->message,
                                   .host = last->host,
                                   .log = last->log});
    }
  }

  /// In the order in which the stages first appear.
  void list_costs() {
    std::map<std::string, std::size_t> places;
    for (std::size_t job = 0; job < graph_.size(); ++job) {
      const std::string& stage = graph_.job(job).stage.name;
      const auto place = places.try_emplace(stage, results_.costs.size());
      if (place.second) results_.costs.push_back({.stage = stage});
      add_cost(job, results_.costs[place.first->second]);
    }
  }

  void add_cost(std::size_t job, report::StageCost& cost) const {
    if (planned_.plan.decisions[job].has_artifact()) ++cost.jobs;
    const auto history = planned_.ledger.jobs.find(graph_.fingerprint(job));
    if (history == planned_.ledger.jobs.end()) return;
    for (const Attempt& attempt : history->second.attempts) {
      ++cost.attempts;
      cost.seconds += attempt.seconds;
      if (attempt.outcome == Outcome::kDone) cost.bytes += static_cast<double>(attempt.bytes);
    }
  }

  void tell_provenance() {
    const std::vector<LaunchRecord>& launches = planned_.ledger.launches;
    std::set<std::string> versions;
    std::set<std::string> hosts;
    for (const LaunchRecord& launch : launches) {
      versions.insert(launch.version);
      hosts.insert(launch.host);
    }
    results_.provenance.emplace_back("report by", version_text());
    for (const std::string& version : versions) results_.provenance.emplace_back("jobs run by", version);
    results_.provenance.emplace_back("launches", std::to_string(launches.size()));
    results_.provenance.emplace_back("hosts", std::to_string(hosts.size()));
    results_.settings = resolved_yaml(planned_.study.experiment);
  }

  const PlannedStudy& planned_;
  const JobGraph& graph_;
  Store store_;
  std::vector<JobStatus> statuses_;
  std::size_t table_job_;
  tabulate::TabulateJob settings_;
  report::StudyResults results_;
};

std::vector<std::string> notes(const Experiment& experiment) {
  if (experiment.axes.empty()) {
    return {fmt::format("Profile {}. Answers that a system of yours recorded; networks of ours were not asked.",
                        experiment.profile)};
  }
  const bool narrow = experiment.network.width != 1;
  std::vector<std::string> found{
      fmt::format("Profile {}, {} epochs, {} and {} thread(s) per worker.", experiment.profile, experiment.train.epochs,
                  kPrecisionNames[static_cast<std::size_t>(experiment.train.precision)], experiment.execution.threads)};
  if (narrow) found.push_back(fmt::format("Networks have {} times the paper's width.", experiment.network.width));
  if (experiment.split.samples_per_part > 0) {
    found.push_back(fmt::format("Each part has {} samples.", experiment.split.samples_per_part));
  }
  return found;
}

}  // namespace

report::StudyResults gather_results(const PlannedStudy& planned, const std::string& file) {
  report::StudyResults results = Gatherer(planned, file).all();
  results.notes = notes(planned.study.experiment);
  return results;
}

}  // namespace exitaudit
