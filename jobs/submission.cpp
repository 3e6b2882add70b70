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
#include <random>

#include "jobs/commands/command.h"
#include "jobs/commands/programs.h"
#include "jobs/study_status.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
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

std::string new_token(const std::string& study, Link link) {
  std::random_device random;
  return fmt::format("exitaudit:{}:{}:{:08x}{:08x}", study, name(link), random(), random());
}

fs::path record_file(const StudyFolders& folders) {
  return folders.slurm() / "submissions.jsonl";
}

/// Tells one set of settings from another.
std::string study_mark(const Study& study) {
  return sha256_hex(resolved_yaml(study.experiment)).substr(0, 12);
}

/// What launches must know of the study as it is now.
StudyNow study_now(const PlannedStudy& planned) {
  StudyNow now{.mark = study_mark(planned.study)};
  for (std::size_t job = 0; job < planned.study.graph.size(); ++job) {
    if (planned.plan.decisions[job].verdict != Verdict::kRun) continue;
    const auto history = planned.ledger.jobs.find(planned.study.graph.fingerprint(job));
    if (history != planned.ledger.jobs.end()) now.last_retry = std::max(now.last_retry, history->second.last_retry);
  }
  return now;
}

/// The study as it is now, every default and --set written out: whoever edits its file meanwhile changes nothing of
/// what was submitted. Where that text would not name the same jobs (paths that are relative to the study's own
/// folder), the batch jobs read the file itself.
std::vector<std::string> study_arguments(const StudyFlags& flags, const Study& study, const fs::path& folder) {
  const fs::path copy = folder / fmt::format("study-{}.yaml", study_mark(study));
  replace_file(copy, resolved_yaml(study.experiment));
  try {
    StudyFlags again = flags;
    again.file = copy.string();
    again.overrides.clear();
    const Study reread = open_study(again);
    bool same = reread.graph.size() == study.graph.size();
    for (std::size_t job = 0; same && job < study.graph.size(); ++job) {
      same = reread.graph.fingerprint(job) == study.graph.fingerprint(job);
    }
    if (same) return {copy.string()};
  } catch (const Error&) {
    // Its own file will do.
  }
  fs::remove(copy);
  std::vector<std::string> words{flags.file};
  for (const std::string& setting : flags.overrides) words.insert(words.end(), {"--set", setting});
  return words;
}

std::vector<std::string> rank_command(Link link, const Site& site, const std::vector<std::string>& study,
                                      const std::string& root) {
  std::vector<std::string> words{site.program.empty() ? own_command() : site.program};
  words.emplace_back(link == Link::kReport ? "report" : "run");
  words.insert(words.end(), study.begin(), study.end());
  words.insert(words.end(), {"--root", root});
  if (link == Link::kReport) return words;
  const Allocation& own = allocation_of(site, link);
  words.insert(words.end(),
               {"--phase", std::string(name(link)), "--walltime-margin", std::to_string(site.warn_seconds)});
  if (own.slots > 0) words.insert(words.end(), {"--slots", std::to_string(own.slots)});
  if (site.job_limit_minutes > 0)
    words.insert(words.end(), {"--job-limit", std::to_string(60 * site.job_limit_minutes)});
  if (site.worker_memory_gb > 0)
    words.insert(words.end(), {"--worker-memory", fmt::format("{}", site.worker_memory_gb)});
  for (const std::string& folder : site.data) words.insert(words.end(), {"--data", folder});
  return words;
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

void print_overview(const PlannedStudy& planned, const std::array<LinkWork, 3>& work, const Site& site,
                    const SlurmView& view, const std::vector<LiveSubmission>& useful) {
  const std::size_t done = planned.plan.count(Verdict::kDone) + planned.plan.count(Verdict::kUnless);
  fmt::print("study {}: {} jobs, {} done\n", planned.study.experiment.study, planned.study.graph.size(), done);
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (work[i].jobs > 0) print_work(static_cast<Link>(i), work[i], site);
  }
  if (const std::size_t waiting = planned.plan.count(Verdict::kWaits); waiting > 0) {
    fmt::print("  {} failed jobs wait for `exitaudit retry`\n", waiting);
  }
  for (const LiveSubmission& each : view.live) {
    const bool counts = std::ranges::find(useful, each.record.token,
                                          [](const LiveSubmission& one) { return one.record.token; }) != useful.end();
    fmt::print("  {}: Slurm job {} is on its way already ({} launch(es), {}){}\n", name(each.record.link),
               each.record.id, each.jobs.size(), each.jobs.front().state,
               counts ? "" : ", but it began before the study's last change or `retry`");
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
  Submitter(const StudyFlags& flags, const PlannedStudy& planned, const Site& site, const SlurmView& view,
            const std::vector<LiveSubmission>& useful)
      : flags_(flags),
        planned_(planned),
        site_(site),
        view_(view),
        useful_(useful),
        pattern_(read_file(shipped_file("slurm/job.sbatch.in"))) {}

  BatchJob describe(const MissingLink& link, const std::vector<std::string>& study) const {
    const std::string& name = planned_.study.experiment.study;
    return {.link = link.link,
            .study = name,
            .token = new_token(name, link.link),
            .folder = fs::current_path().string(),
            .logs = fs::absolute(planned_.study.folders.slurm()).string(),
            .command = rank_command(link.link, site_, study, flags_.root),
            .launches = link.launches};
  }

  void print(const std::vector<MissingLink>& links) const {
    std::vector<std::string> study{flags_.file};
    for (const std::string& setting : flags_.overrides) study.insert(study.end(), {"--set", setting});
    std::vector<std::string_view> before;
    for (const MissingLink& link : links) {
      fmt::print("\n# sbatch{}{}\n{}",
                 before.empty() ? "" : " --kill-on-invalid-dep=yes --dependency=afterany:", fmt::join(before, ":"),
                 batch_script(pattern_, describe(link, study), site_));
      before.push_back(name(link.link));
    }
  }

  void submit(const std::vector<MissingLink>& links, Controller& controller) const {
    const fs::path folder = planned_.study.folders.slurm();
    const std::vector<std::string> study = study_arguments(flags_, planned_.study, folder);
    std::vector<SubmissionRecord> added;
    for (const MissingLink& link : links) {
      const BatchJob job = describe(link, study);
      const fs::path script = folder / fmt::format("{}.sbatch", name(link.link));
      replace_file(script, batch_script(pattern_, job, site_));
      const auto before = links_before(link.link, view_.live, added);
      SubmissionRecord record{.link = link.link,
                              .id = {},
                              .token = job.token,
                              .study = study_mark(planned_.study),
                              .launches = link.launches,
                              .submitted = SystemClock().unix_seconds()};
      add_submission(record_file(planned_.study.folders), record);
      const std::string& id = record.id = controller.submit(script.string(), job.token, before);
      add_submission(record_file(planned_.study.folders), record);
      added.push_back(record);
      fmt::print("submitted {}: Slurm job {}{}{}{}\n", name(link.link), id,
                 link.launches > 1 ? fmt::format(", {} launches", link.launches) : "",
                 before.empty() ? "" : ", behind ", fmt::join(before, ", "));
      std::fflush(stdout);
    }
    for (const LiveSubmission& each : waiting_behind(useful_, links)) {
      const auto before = links_before(each.record.link, view_.live, added);
      const bool waits = controller.wait_for(each.record.id, before);
      fmt::print("{}: Slurm job {} {} {}\n", name(each.record.link), each.record.id,
                 waits ? "now waits for" : "could not be told to wait for", fmt::join(before, ", "));
    }
  }

 private:
  const StudyFlags& flags_;
  const PlannedStudy& planned_;
  const Site& site_;
  const SlurmView& view_;
  const std::vector<LiveSubmission>& useful_;
  std::string pattern_;
};

void warn_of_secrets() {
  for (const std::string& variable : secret_variables()) {
    if (std::getenv(variable.c_str()) == nullptr) continue;
    fmt::print("note: {} is not sent to the cluster, where Slurm would keep it in a file; set {}_FILE instead\n",
               variable, variable);
  }
}

}  // namespace

std::vector<std::string> secret_variables() {
  return {"EXITAUDIT_GUARD_SECRET"};
}

SlurmView look_at_slurm(const StudyFolders& folders, double seconds, Tries tries) {
  SlurmView view;
  view.records = read_submissions(record_file(folders));
  if (view.records.empty()) return view;
  SystemRunner runner(seconds);
  SystemClock clock;
  try {
    view.live = live_submissions(view.records, Controller(runner, clock, tries).queue());
  } catch (const Error& error) {
    view.fault = error.what();
  }
  return view;
}

int submit_study(const StudyFlags& study, const SubmitFlags& flags) {
  const Site site = load_site(flags.site, flags.site_settings);
  const PlannedStudy planned = plan_study(study);
  const StudyFolders& folders = planned.study.folders;
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
  const auto useful = of_use(view.live, study_now(planned));
  const auto links =
      missing_links(work, site, useful, slurm ? controller.most_launches() : 1001, report_is_missing(folders));

  print_overview(planned, work, site, view, useful);
  const std::vector<std::size_t> to_run = planned.plan.jobs_with(Verdict::kRun);
  if (!to_run.empty()) fmt::print("  times are {}\n", describe_source(times, to_run));
  warn_of_secrets();
  if (const std::string nodes = format_bad_nodes(bad_nodes(planned.ledger)); !nodes.empty()) {
    fmt::print("note: {}\n", nodes);
  }
  if (links.empty()) {
    fmt::print("nothing to submit\n");
    return kExitDone;
  }
  const Submitter submitter(study, planned, site, view, useful);
  if (prints_only) {
    submitter.print(links);
    if (flags.dry_run) return kExitDone;
    fmt::print(
        stderr,
        "exitaudit: Slurm is not installed here (no sbatch in PATH); the above is what would have been submitted\n");
    return kExitFailed;
  }
  submitter.submit(links, controller);
  fmt::print("`exitaudit status {}` shows how it goes; nothing of it needs this terminal\n", study.file);
  return kExitDone;
}

}  // namespace exitaudit
