// exitaudit retry: clears failure marks, so that the next run repeats the jobs.

#include <fmt/format.h>

#include <cstdio>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "jobs/submission.h"
#include "jobs/version.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/ledger/lease.h"

namespace exitaudit {
namespace {

/// The jobs to clear: those named, or all that wait.
std::vector<std::size_t> chosen(const PlannedStudy& planned, const std::vector<std::string>& names) {
  std::vector<std::size_t> jobs;
  for (const std::string& name : names) {
    const std::size_t job = planned.study.graph.index_of(name);
    if (planned.plan.decisions[job].verdict != Verdict::kWaits) {
      throw BadInput(fmt::format("{} has not failed; `exitaudit explain` says how it stands", name));
    }
    jobs.push_back(job);
  }
  if (!names.empty()) return jobs;
  return planned.plan.jobs_with(Verdict::kWaits);
}

}  // namespace

Action set_up_retry(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto names = std::make_shared<std::vector<std::string>>();
  auto submit = std::make_shared<SubmitFlags>();
  app.add_option("JOB", *names, "ids of failed jobs; none = all of them");
  app.add_option("--site", submit->site,
                 "submit them to Slurm at once, as `exitaudit submit` does; --set site.memory=64G too");
  return [=] {
    submit->site_settings = take_site_settings(flags->overrides);
    if (submit->site.empty() && !submit->site_settings.empty()) {
      throw BadInput("--set site.… goes with --site FILE");
    }
    const PlannedStudy planned = plan_study(*flags);
    const std::vector<std::size_t> jobs = chosen(planned, *names);
    if (jobs.empty()) {
      fmt::print("no job has failed\n");
      return kExitDone;
    }
    const LaunchIdentity self = this_launch();
    LedgerWriter ledger(planned.study.folders.ledger(),
                        {.launch = self.launch, .host = self.host, .version = version_text(), .command = "retry"});
    for (const std::size_t job : jobs) {
      const std::string& fingerprint = planned.study.graph.fingerprint(job);
      ledger.retry(planned.study.graph.job(job).id, fingerprint, planned.ledger.jobs.at(fingerprint).last_word);
      fmt::print("cleared: {}\n", planned.study.graph.job(job).id);
    }
    if (!submit->site.empty()) return submit_study(*flags, *submit);
    fmt::print("{} jobs will be repeated by the next `exitaudit run {}`\n", jobs.size(), flags->file);
    return kExitDone;
  };
}

}  // namespace exitaudit
