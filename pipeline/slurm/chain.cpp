#include "pipeline/slurm/chain.h"

#include <algorithm>
#include <iterator>

namespace exitaudit {
namespace {

bool waits(const LiveSubmission& submission) {
  return std::ranges::all_of(submission.jobs, [](const QueuedJob& job) { return job.state == "PENDING"; });
}

}  // namespace

std::array<LinkWork, 3> work_left(const JobGraph& graph, const Plan& plan,
                                  const std::vector<double>& expected_seconds) {
  std::array<LinkWork, 3> work;
  const std::vector<Phase> phases = phases_of(graph);
  for (std::size_t job = 0; job < graph.size(); ++job) {
    if (plan.decisions[job].verdict != Verdict::kRun) continue;
    LinkWork& link = work[static_cast<std::size_t>(phases[job])];
    ++link.jobs;
    link.seconds += expected_seconds[job] * graph.job(job).ranks;
    link.bytes += graph.job(job).expected_bytes;
  }
  return work;
}

std::vector<LiveSubmission> of_use(const std::vector<LiveSubmission>& live, const StudyNow& now) {
  std::vector<LiveSubmission> useful;
  for (LiveSubmission each : live) {
    if (each.record.study != now.mark) continue;
    // Where Slurm does not tell when a launch began, it is taken for one of use: `submit` can be typed again.
    std::erase_if(each.jobs,
                  [&](const QueuedJob& job) { return job.started().value_or(now.last_retry) < now.last_retry; });
    if (!each.jobs.empty()) useful.push_back(std::move(each));
  }
  return useful;
}

std::vector<MissingLink> missing_links(const std::array<LinkWork, 3>& work, const Site& site,
                                       const std::vector<LiveSubmission>& useful, std::int64_t most_launches,
                                       bool report_wanted) {
  const auto living = [&](Link link) {
    std::int64_t count = 0;
    for (const LiveSubmission& each : useful) {
      if (each.record.link == link) count += static_cast<std::int64_t>(each.jobs.size());
    }
    return count;
  };
  std::vector<MissingLink> missing;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const Link link = static_cast<Link>(i);
    const std::int64_t wanted = std::min(allocation_of(site, link).launches, static_cast<std::int64_t>(work[i].jobs));
    for (std::int64_t left = wanted - living(link); left > 0; left -= most_launches) {
      missing.push_back({link, std::min(left, most_launches)});
    }
  }
  const bool report_waits = std::ranges::any_of(
      useful, [](const LiveSubmission& each) { return each.record.link == Link::kReport && waits(each); });
  const bool wanted = !missing.empty() || (report_wanted && living(Link::kReport) == 0);
  if (wanted && !report_waits) missing.push_back({Link::kReport, 1});
  return missing;
}

std::vector<LiveSubmission> waiting_behind(const std::vector<LiveSubmission>& useful,
                                           const std::vector<MissingLink>& added) {
  std::vector<LiveSubmission> behind;
  std::ranges::copy_if(useful, std::back_inserter(behind), [&](const LiveSubmission& each) {
    return waits(each) &&
           std::ranges::any_of(added, [&](const MissingLink& one) { return one.link < each.record.link; });
  });
  return behind;
}

std::vector<std::string> links_before(Link link, const std::vector<LiveSubmission>& live,
                                      const std::vector<SubmissionRecord>& added) {
  std::vector<std::string> ids;
  for (const LiveSubmission& each : live) {
    if (each.record.link < link) ids.push_back(each.record.id);
  }
  for (const SubmissionRecord& each : added) {
    if (each.link < link) ids.push_back(each.id);
  }
  return ids;
}

}  // namespace exitaudit
