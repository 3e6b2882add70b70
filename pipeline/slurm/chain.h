#pragma once
// The chain of allocations that a study still needs: what its plan leaves to do, minus what Slurm already has. Pure.

#include <array>
#include <vector>

#include "pipeline/graph/plan.h"
#include "pipeline/slurm/site.h"
#include "pipeline/slurm/submissions.h"

namespace exitaudit {

/// What is left of one link's part of a study.
struct LinkWork {
  std::size_t jobs = 0;  ///< to run
  double seconds = 0;    ///< expected, of one worker
  double bytes = 0;
};

/// Of compute, timing and behind, in their order; the report has no job of the study.
std::array<LinkWork, 3> work_left(const JobGraph& graph, const Plan& plan, const std::vector<double>& expected_seconds);

/// What a launch must know to be of use: one that began earlier has read another study, or still takes a job for
/// failed.
struct StudyNow {
  std::string mark;       ///< of the settings, as SubmissionRecord::study
  double last_retry = 0;  ///< unix seconds of the newest retry mark on a job that is to run; 0 = there is none
};
/// Those that do the work that is left now: they wait, or began late enough.
std::vector<LiveSubmission> of_use(const std::vector<LiveSubmission>& live, const StudyNow& now);

/// One sbatch call that is missing.
struct MissingLink {
  Link link = Link::kCompute;
  std::int64_t launches = 1;
};

/// The calls, in their order: as many launches as the site allows and there are jobs for, less those in `useful`, at
/// most `most_launches` in one call; a report where something is added or `report_wanted`, and none waits.
std::vector<MissingLink> missing_links(const std::array<LinkWork, 3>& work, const Site& site,
                                       const std::vector<LiveSubmission>& useful, std::int64_t most_launches,
                                       bool report_wanted);

/// Submissions that still wait and come behind something that is added: they must wait for that, too.
std::vector<LiveSubmission> waiting_behind(const std::vector<LiveSubmission>& useful,
                                           const std::vector<MissingLink>& added);

/// The jobs that must have ended before `link` starts: the earlier links', alive and just submitted.
std::vector<std::string> links_before(Link link, const std::vector<LiveSubmission>& live,
                                      const std::vector<SubmissionRecord>& added);

}  // namespace exitaudit
