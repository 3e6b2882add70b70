#include "jobs/submission.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ranges>

#include "jobs/commands/command.h"
#include "jobs/guard_secret.h"
#include "jobs/launch_scripts.h"
#include "jobs/study_status.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/log.h"
#include "pipeline/run/expected_times.h"
#include "pipeline/run/progress.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

constexpr double kSlurmPatience = 60;  // seconds that one call of Slurm may take

/// Two submits of one study at once would both find nothing submitted.
class SubmitLock {
 public:
  explicit SubmitLock(const fs::path& folder) {
    fs::create_directories(folder);
    const fs::path file = folder / "lock";
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) throw_errno("cannot open " + file.string());
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) {
      log_warning("{} cannot be locked here ({}): do not submit this study twice at once", file.string(),
                  std::strerror(errno));
    } else {
      ::close(descriptor_);
      throw Error(ErrorKind::kFailure,
                  "another `exitaudit submit` of this study is at work; try again when it is done");
    }
  }
  ~SubmitLock() { ::close(descriptor_); }
  SubmitLock(const SubmitLock&) = delete;
  SubmitLock& operator=(const SubmitLock&) = delete;

 private:
  int descriptor_ = -1;
};

fs::path record_file(const StudyFolders& folders) {
  return folders.slurm() / "submissions.jsonl";
}

/// What launches must know of the study as it is now.
StudyNow study_now(const PlannedStudy& planned, const LaunchScripts& scripts) {
  StudyNow now{.study = scripts.study_mark()};
  for (std::size_t link = 0; link < kLinkNames.size(); ++link) {
    now.scripts[link] = scripts.script_mark(static_cast<Link>(link));
  }
  const std::vector<Phase> phases = phases_of(planned.study.graph);
  for (const std::size_t job : planned.plan.jobs_with(Verdict::kRun)) {
    const auto history = planned.ledger.jobs.find(planned.study.graph.fingerprint(job));
    if (history == planned.ledger.jobs.end() || history->second.last_retry == 0) continue;
    ++now.retried[static_cast<std::size_t>(phases[job])];
    now.last_retry = std::max(now.last_retry, history->second.last_retry);
  }
  return now;
}

void print_work(Link link, const LinkWork& work, const Site& site) {
  const Allocation& own = allocation_of(site, link);
  const std::int64_t ranks = own.launches * own.nodes * own.ranks();
  const std::int64_t workers = ranks * std::max<std::int64_t>(1, own.slots);
  const std::string unit = own.gpus_per_node > 0 ? "GPU-hours" : "worker-hours";
  fmt::print("  {:<8} {:>6} jobs  {:>9.1f} {} expected  {:>8} on disk  {} launch(es) x {} node(s) x {} rank(s)",
             name(link), work.jobs, work.seconds / 3600, unit, human_bytes(work.bytes), own.launches, own.nodes,
             own.ranks());
  if (work.jobs > 0) fmt::print(": about {}", format_duration(work.seconds / static_cast<double>(workers)));
  fmt::print("\n");
}

/// Why a submission that is on its way does not count; "" where it does.
std::string why_not(const LiveSubmission& each, const StudyNow& now) {
  if (!of_use({each}, now).empty()) return "";
  if (each.record.cancelled) return ", but it is cancelled";
  if (each.record.study != now.study) return ", but for other settings of the study";
  return waits(each) ? ", but with other resources than now" : ", but it began before the last `exitaudit retry`";
}

void print_overview(const PlannedStudy& planned, const std::array<LinkWork, 3>& work, const Site& site,
                    const SlurmView& view, const StudyNow& now) {
  const std::size_t done = planned.plan.count(Verdict::kDone) + planned.plan.count(Verdict::kUnless);
  fmt::print("study {}: {} jobs, {} done\n", planned.study.experiment.study, planned.study.graph.size(), done);
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (work[i].jobs > 0) print_work(static_cast<Link>(i), work[i], site);
  }
  if (const std::size_t waiting = planned.plan.count(Verdict::kWaits); waiting > 0) {
    fmt::print("  {} failed jobs wait for `exitaudit retry`\n", waiting);
  }
  for (const LiveSubmission& each : view.live) {
    fmt::print("  {}: Slurm job {} is on its way already ({} launch(es), {}){}\n", name(each.record.link),
               each.record.id, each.jobs.size(), each.jobs.front().state, why_not(each, now));
  }
}

bool report_is_missing(const StudyFolders& folders) {
  std::error_code none;
  const auto written = fs::last_write_time(folders.report() / "results.csv", none);
  if (none) return true;
  for (const auto& entry : fs::directory_iterator(folders.artifacts() / "table", none)) {
    if (entry.last_write_time(none) > written) return true;
  }
  return false;
}

/// Everything that one submit works with.
class Submitter {
 public:
  Submitter(const PlannedStudy& planned, const LaunchScripts& scripts, const SlurmView& view, const StudyNow& now)
      : planned_(planned), scripts_(scripts), view_(view), now_(now) {}

  void print(const std::vector<MissingLink>& links) const {
    std::vector<std::string_view> before;
    for (const MissingLink& link : links) {
      fmt::print("\n# sbatch{}{}\n{}",
                 before.empty() ? "" : " --kill-on-invalid-dep=yes --dependency=afterany:", fmt::join(before, ":"),
                 scripts_.text(scripts_.job(link, scripts_.study_as_typed())));
      before.push_back(name(link.link));
    }
  }

  void submit(const std::vector<MissingLink>& links, Controller& controller) const {
    const std::vector<std::string> study = scripts_.study_as_it_is();
    std::vector<SubmissionRecord> added;
    for (const MissingLink& link : links) added.push_back(submit(link, study, added, controller));
    for (const LiveSubmission& each : waiting_behind(of_use(view_.live, now_), links)) {
      const auto before = links_before(each.record.link, view_.live, added, each.record.token);
      const bool waits = controller.wait_for(each.record.id, before);
      fmt::print("{}: Slurm job {} {} {}\n", name(each.record.link), each.record.id,
                 waits ? "now waits for" : "could not be told to wait for", fmt::join(before, ", "));
    }
  }

 private:
  SubmissionRecord submit(const MissingLink& link, const std::vector<std::string>& study,
                          const std::vector<SubmissionRecord>& added, Controller& controller) const {
    const StudyFolders& folders = planned_.study.folders;
    const BatchJob job = scripts_.job(link, study);
    const fs::path script = folders.slurm() / fmt::format("{}.sbatch", name(link.link));
    replace_file(script, scripts_.text(job));
    const auto before = links_before(link.link, view_.live, added);
    SubmissionRecord record{.link = link.link,
                            .id = {},
                            .token = job.token,
                            .study = now_.study,
                            .script = now_.scripts[static_cast<std::size_t>(link.link)],
                            .launches = link.launches,
                            .submitted = SystemClock().unix_seconds()};
    add_submission(record_file(folders), record);
    record.id = controller.submit(script.string(), job.token, before);
    add_submission(record_file(folders), record);
    fmt::print("submitted {}: Slurm job {}{}{}{}\n", name(link.link), record.id,
               link.launches > 1 ? fmt::format(", {} launches", link.launches) : "", before.empty() ? "" : ", behind ",
               fmt::join(before, ", "));
    std::fflush(stdout);
    return record;
  }

  const PlannedStudy& planned_;
  const LaunchScripts& scripts_;
  const SlurmView& view_;
  const StudyNow& now_;
};

void print_notes(const PlannedStudy& planned, const ExpectedTimes& times, const Site& site) {
  const std::vector<std::size_t> to_run = planned.plan.jobs_with(Verdict::kRun);
  const bool estimated = !std::ranges::all_of(to_run, [&](std::size_t job) { return times.measured[job]; });
  if (!to_run.empty()) {
    fmt::print("  times are {}{}\n", describe_source(times, to_run),
               estimated && site.compute.gpus_per_node > 0 ? "; a GPU takes a part of that" : "");
  }
  if (const std::string nodes = format_bad_nodes(bad_nodes(planned.ledger)); !nodes.empty()) {
    fmt::print("note: {}\n", nodes);
  }
  const std::string secret =
      names_secret_file(site.setup) ? "" : missing_secret_note(planned.study, SecretPlace::kCluster);
  if (!secret.empty()) fmt::print("note: {}\n", secret);
  for (const std::string& variable : secret_variables()) {
    if (std::getenv(variable.c_str()) == nullptr) continue;
    fmt::print("note: {} is not sent to the cluster, where Slurm would keep it in a file; set {}_FILE instead\n",
               variable, variable);
  }
}

int say_that_there_is_no_slurm() {
  fmt::print(
      stderr,
      "exitaudit: Slurm is not installed here (no sbatch in PATH); the above is what would have been submitted\n");
  return kExitFailed;
}

}  // namespace

SlurmView look_at_slurm(const StudyFolders& folders, double seconds, Tries tries) {
  SlurmView view;
  view.records = read_submissions(record_file(folders));
  if (view.records.empty()) return view;
  SystemRunner runner(seconds, {"SLURM_TIME_FORMAT"});  // we read its times
  SystemClock clock;
  try {
    view.live = live_submissions(view.records, Controller(runner, clock, tries).queue());
  } catch (const Error& error) {
    view.fault = error.what();
  }
  return view;
}

std::vector<std::string> cancel_submissions(const StudyFolders& folders, const std::vector<LiveSubmission>& live,
                                            Controller& controller) {
  // The last links first: cancelling what they wait for would start them.
  std::vector<std::string> ids;
  for (const LiveSubmission& each : live) ids.insert(ids.begin(), each.record.id);
  controller.cancel(ids);
  for (SubmissionRecord record : live | std::views::transform(&LiveSubmission::record)) {
    record.cancelled = true;
    add_submission(record_file(folders), record);
  }
  return ids;
}

int submit_study(const StudyFlags& study, const SubmitFlags& flags) {
  const Site site = load_site(flags.site, flags.site_settings);
  const PlannedStudy planned = plan_study(study);
  const StudyFolders& folders = planned.study.folders;
  const LaunchScripts scripts(study, planned.study, site);
  const bool slurm = has_program("sbatch");
  const bool prints_only = flags.dry_run || !slurm;
  std::optional<SubmitLock> lock;
  if (!prints_only) lock.emplace(folders.slurm());

  SystemRunner runner(kSlurmPatience, secret_variables());
  SystemClock clock;
  Controller controller(runner, clock);
  const SlurmView view = slurm ? look_at_slurm(folders, kSlurmPatience) : SlurmView{};
  if (!view.fault.empty() && !flags.dry_run) throw Error(ErrorKind::kFailure, view.fault);
  const ExpectedTimes times = expected_times(planned.study.graph, planned.ledger);
  const auto work = work_left(planned.study.graph, planned.plan, times.seconds);
  const StudyNow now = study_now(planned, scripts);
  const auto links = missing_links(work, site, view.live, now, slurm ? controller.most_launches() : kUsualArray,
                                   report_is_missing(folders));

  print_overview(planned, work, site, view, now);
  print_notes(planned, times, site);
  if (links.empty()) {
    fmt::print("nothing to submit\n");
    return kExitDone;
  }
  const Submitter submitter(planned, scripts, view, now);
  if (prints_only) {
    submitter.print(links);
    return flags.dry_run ? kExitDone : say_that_there_is_no_slurm();
  }
  if (const auto outdated = to_replace(view.live, now); !outdated.empty()) {
    cancel_submissions(folders, outdated, controller);
    for (const LiveSubmission& each : outdated) {
      fmt::print("cancelled {}: Slurm job {}, which waited with other resources\n", name(each.record.link),
                 each.record.id);
    }
  }
  submitter.submit(links, controller);
  fmt::print("`exitaudit status {}` shows how it goes; nothing of it needs this terminal\n", study.file);
  return kExitDone;
}

}  // namespace exitaudit
