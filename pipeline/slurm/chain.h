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

/// The study as it is now. A launch that began earlier may have read another one, or still takes a job for failed.
struct StudyNow {
  std::string study{};                                   ///< mark of the settings, as SubmissionRecord::study
  std::array<std::string, kLinkNames.size()> scripts{};  ///< marks of how links are run now
  std::array<std::size_t, 3> retried{};                  ///< jobs to run that have a retry mark, by link
  double last_retry = 0;                                 ///< unix seconds of the newest; 0 = there is none
};

/// None of its launches has begun.
bool waits(const LiveSubmission& submission);
/// Those that do the work that is left now: they wait, or began after the last retry.
std::vector<LiveSubmission> of_use(const std::vector<LiveSubmission>& live, const StudyNow& now);
/// Those that wait since before the last retry with other resources than now: the jobs that are to be repeated would
/// end in them as they did.
std::vector<LiveSubmission> to_replace(const std::vector<LiveSubmission>& live, const StudyNow& now);

/// One sbatch call that is missing.
struct MissingLink {
  Link link = Link::kCompute;
  std::int64_t launches = 1;
};

/// The calls, in their order: as many launches as the site allows and there are jobs for, less those of use among
/// `live`, at most `most_launches` in one call; beside launches that lack nothing but retried jobs no more than there
/// are of those. A report where something is added or `report_wanted`, and none waits.
std::vector<MissingLink> missing_links(const std::array<LinkWork, 3>& work, const Site& site,
                                       const std::vector<LiveSubmission>& live, const StudyNow& now,
                                       std::int64_t most_launches, bool report_wanted);

/// Submissions that still wait and come behind something that is added: they must wait for that, too.
std::vector<LiveSubmission> waiting_behind(const std::vector<LiveSubmission>& useful,
                                           const std::vector<MissingLink>& added);

/// The jobs that must have ended before `link` starts: the earlier links', alive and just submitted; of reports, which
/// write one folder, the others that live, but not the one whose token is `self`.
std::vector<std::string> links_before(Link link, const std::vector<LiveSubmission>& live,
                                      const std::vector<SubmissionRecord>& added, const std::string& self = "");

}  // namespace exitaudit
