#include "jobs/launch_scripts.h"

#include <fmt/format.h>

#include <random>

#include "jobs/commands/programs.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMarkLength = 12;

std::string new_token(const std::string& study, Link link) {
  std::random_device random;
  return fmt::format("exitaudit:{}:{}:{:08x}{:08x}", study, name(link), random(), random());
}

bool same_jobs(const JobGraph& a, const JobGraph& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t job = 0; job < a.size(); ++job) {
    if (a.fingerprint(job) != b.fingerprint(job)) return false;
  }
  return true;
}

}  // namespace

std::string program_on_nodes(const Site& site) {
  return site.program.empty() ? own_command() : site.program;
}

std::string script_pattern() {
  return read_file(shipped_file("slurm/job.sbatch.in"));
}

LaunchScripts::LaunchScripts(const StudyFlags& flags, const Study& study, const Site& site)
    : flags_(flags), study_(study), site_(site), pattern_(script_pattern()) {}

std::string LaunchScripts::study_mark() const {
  return sha256_hex(resolved_yaml(study_.experiment)).substr(0, kMarkLength);
}

std::string LaunchScripts::script_mark(Link link) const {
  BatchJob plain = job({.link = link, .launches = 1}, {});
  plain.token.clear();
  return sha256_hex(text(plain)).substr(0, kMarkLength);
}

std::vector<std::string> LaunchScripts::study_as_typed() const {
  std::vector<std::string> words{flags_.file};
  for (const std::string& setting : flags_.overrides) words.insert(words.end(), {"--set", setting});
  return words;
}

std::vector<std::string> LaunchScripts::study_as_it_is() const {
  const fs::path copy = study_.folders.slurm() / fmt::format("study-{}.yaml", study_mark());
  replace_file(copy, resolved_yaml(study_.experiment));
  try {
    StudyFlags again = flags_;
    again.file = copy.string();
    again.overrides.clear();
    if (same_jobs(open_study(again).graph, study_.graph)) return {copy.string()};
  } catch (const Error&) {
    // Its own file will do.
  }
  fs::remove(copy);
  return study_as_typed();
}

BatchJob LaunchScripts::job(const MissingLink& link, const std::vector<std::string>& study) const {
  const std::string& name = study_.experiment.study;
  return {.link = link.link,
          .study = name,
          .token = new_token(name, link.link),
          .folder = fs::current_path().string(),
          .logs = fs::absolute(study_.folders.slurm()).string(),
          .command = command(link.link, study),
          .launches = link.launches};
}

std::string LaunchScripts::text(const BatchJob& job) const {
  return batch_script(pattern_, job, site_);
}

std::vector<std::string> LaunchScripts::command(Link link, const std::vector<std::string>& study) const {
  std::vector<std::string> words{program_on_nodes(site_)};
  words.emplace_back(link == Link::kReport ? "report" : "run");
  words.insert(words.end(), study.begin(), study.end());
  words.insert(words.end(), {"--root", flags_.root});
  if (link == Link::kReport) return words;
  const Allocation& own = allocation_of(site_, link);
  words.insert(words.end(), {"--phase", std::string(name(link)), "--walltime-margin",
                             std::to_string(site_.warn_seconds), "--whole-allocation"});
  if (own.slots > 0) words.insert(words.end(), {"--slots", std::to_string(own.slots)});
  if (site_.job_limit_minutes > 0)
    words.insert(words.end(), {"--job-limit", std::to_string(60 * site_.job_limit_minutes)});
  if (site_.worker_memory_gb > 0)
    words.insert(words.end(), {"--worker-memory", fmt::format("{}", site_.worker_memory_gb)});
  for (const std::string& folder : site_.data) words.insert(words.end(), {"--data", folder});
  return words;
}

}  // namespace exitaudit
