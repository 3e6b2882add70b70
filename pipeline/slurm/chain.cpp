#include "pipeline/slurm/chain.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace exitaudit {
namespace {

/// It works on another study than now, or is about to end.
bool is_settled(const LiveSubmission& each, const StudyNow& now) {
  return each.record.cancelled || each.record.study != now.study;
}

bool has_old_resources(const LiveSubmission& each, const StudyNow& now) {
  return each.record.submitted < now.last_retry &&
         each.record.script != now.scripts[static_cast<std::size_t>(each.record.link)];
}

std::int64_t count(const std::vector<LiveSubmission>& submissions, Link link) {
  std::int64_t launches = 0;
  for (const LiveSubmission& each : submissions) {
    if (each.record.link == link) launches += static_cast<std::int64_t>(each.jobs.size());
  }
  return launches;
}

}  // namespace

bool waits(const LiveSubmission& submission) {
  return std::ranges::all_of(submission.jobs, [](const QueuedJob& job) { return job.state == "PENDING"; });
}

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
  const double retry = std::floor(now.last_retry);  // squeue tells whole seconds: the retry's own is too early
  std::vector<LiveSubmission> useful;
  for (LiveSubmission each : live) {
    if (is_settled(each, now)) continue;
    const bool old = has_old_resources(each, now);
    std::erase_if(each.jobs, [&](const QueuedJob& job) {
      if (job.state == "PENDING") return old;
      // Where Slurm does not tell when a launch began, it is taken for one of use: `submit` can be typed again.
      return each.record.submitted < now.last_retry && job.started().value_or(retry + 1) <= retry;
    });
    if (!each.jobs.empty()) useful.push_back(std::move(each));
  }
  return useful;
}

std::vector<LiveSubmission> to_replace(const std::vector<LiveSubmission>& live, const StudyNow& now) {
  std::vector<LiveSubmission> outdated;
  std::ranges::copy_if(live, std::back_inserter(outdated), [&](const LiveSubmission& each) {
    return waits(each) && !is_settled(each, now) && has_old_resources(each, now);
  });
  return outdated;
}

std::vector<MissingLink> missing_links(const std::array<LinkWork, 3>& work, const Site& site,
                                       const std::vector<LiveSubmission>& live, const StudyNow& now,
                                       std::int64_t most_launches, bool report_wanted) {
  const std::vector<LiveSubmission> useful = of_use(live, now);
  std::vector<LiveSubmission> at_work;
  std::ranges::copy_if(live, std::back_inserter(at_work),
                       [&](const LiveSubmission& each) { return !is_settled(each, now) && !waits(each); });
  std::vector<MissingLink> missing;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const Link link = static_cast<Link>(i);
    const std::int64_t wanted = std::min(allocation_of(site, link).launches, static_cast<std::int64_t>(work[i].jobs));
    std::int64_t left = wanted - count(useful, link);
    // Launches that began before the retry do all else that is left.
    if (count(at_work, link) > count(useful, link)) left = std::min(left, static_cast<std::int64_t>(now.retried[i]));
    for (; left > 0; left -= most_launches) missing.push_back({link, std::min(left, most_launches)});
  }
  const bool report_waits = std::ranges::any_of(
      useful, [](const LiveSubmission& each) { return each.record.link == Link::kReport && waits(each); });
  const bool wanted = !missing.empty() || (report_wanted && count(useful, Link::kReport) == 0);
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
                                      const std::vector<SubmissionRecord>& added, const std::string& self) {
  std::vector<std::string> ids;
  for (const LiveSubmission& each : live) {
    const bool other_report = link == Link::kReport && each.record.link == link && each.record.token != self;
    if (each.record.link < link || other_report) ids.push_back(each.record.id);
  }
  for (const SubmissionRecord& each : added) {
    if (each.link < link) ids.push_back(each.id);
  }
  return ids;
}

}  // namespace exitaudit
