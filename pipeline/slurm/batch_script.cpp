#include "pipeline/slurm/batch_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <ranges>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

using Parts = std::map<std::string, std::string>;

std::string lines(const std::vector<std::string>& texts, std::string_view before) {
  std::string all;
  for (const std::string& text : texts) all += fmt::format("{}{}{}", all.empty() ? "" : "\n", before, text);
  return all;
}

/// A path of ours in --output, where Slurm replaces "%j" and the like.
std::string without_patterns(const std::string& path) {
  std::string all;
  for (const char c : path) all.append(c == '%' ? 2 : 1, c);
  return all;
}

/// Only what is set: the rest is the cluster's choice.
class Options {
 public:
  Options& add(std::string_view option, const std::string& value) {
    if (!value.empty()) all_.push_back(fmt::format("--{}={}", option, shell_word(value)));  // sbatch reads quotes too
    return *this;
  }
  Options& add(std::string_view option, std::int64_t value) {
    return add(option, value > 0 ? std::to_string(value) : "");
  }
  Options& flag(std::string_view option, bool set) {
    if (set) all_.push_back(fmt::format("--{}", option));
    return *this;
  }
  std::vector<std::string> all_;
};

std::vector<std::string> sbatch_options(const BatchJob& job, const Site& site) {
  const Allocation& own = allocation_of(site, job.link);
  const bool report = job.link == Link::kReport;
  Options options;
  options.add("job-name", job_name(job))
      .add("comment", job.token)
      .add("chdir", job.folder)
      .add("output", log_file(without_patterns(job.logs), job.link, job.launches > 1 ? "%A_%a" : "%j"))
      .add("open-mode", "append")
      .add("array", job.launches > 1 ? fmt::format("0-{}", job.launches - 1) : "")
      .add("account", site.account)
      .add("qos", site.qos)
      .add("partition", own.partition)
      .add("constraint", site.constraint)
      .add("nodes", report ? 1 : own.nodes)
      .add("ntasks-per-node", report ? 1 : own.ranks())
      .add("gpus-per-node", report ? 0 : own.gpus_per_node)
      .add("cpus-per-task", own.cores_per_rank)
      .add("mem", own.memory)
      .add("time", own.minutes)
      .flag("exclusive", job.link == Link::kTiming)
      .flag(site.requeue ? "requeue" : "no-requeue", true)
      .add("signal", fmt::format("USR2@{}", site.warn_seconds));
  std::vector<std::string> all = std::move(options.all_);
  all.insert(all.end(), site.sbatch.begin(), site.sbatch.end());
  return all;
}

std::vector<std::string> srun_command(const BatchJob& job, const Site& site) {
  const Allocation& own = allocation_of(site, job.link);
  std::vector<std::string> words;
  if (job.link != Link::kReport) {
    words = {"srun", shell_word("--mpi=" + site.mpi)};
    // Since Slurm 22.05 srun no longer takes it over from sbatch.
    if (own.cores_per_rank > 0) words.push_back(fmt::format("--cpus-per-task={}", own.cores_per_rank));
    // All ranks leave within seconds of each other, with one exit code, which must not be lost to a hasty kill; a rank
    // that is gone for longer has died.
    words.insert(words.end(), {"--kill-on-bad-exit=0", "--wait=60"});
    std::ranges::transform(site.srun, std::back_inserter(words), shell_word);
  }
  for (const std::string& word : job.command) words.push_back(shell_word(word));
  return words;
}

std::string fill(const std::string& pattern, const Parts& parts) {
  std::string text;
  std::size_t place = 0;
  while (place < pattern.size()) {
    const std::size_t begin = pattern.find("@@", place);
    if (begin == std::string::npos) break;
    const std::size_t end = pattern.find("@@", begin + 2);
    const std::string key = end == std::string::npos ? "" : pattern.substr(begin + 2, end - begin - 2);
    const auto part = parts.find(key);
    if (part == parts.end()) {
      throw BadInput(fmt::format("the template of batch scripts names @@{}@@; its parts are {}", key,
                                 fmt::join(std::views::keys(parts), ", ")));
    }
    text += pattern.substr(place, begin - place) + part->second;
    place = end + 2;
  }
  return text + pattern.substr(place);
}

}  // namespace

std::string_view name(Link link) {
  return kLinkNames.at(static_cast<std::size_t>(link));
}

const Allocation& allocation_of(const Site& site, Link link) {
  return link == Link::kTiming ? site.timing : link == Link::kReport ? site.report : site.compute;
}

std::string log_file(const std::string& logs, Link link, std::string_view id) {
  return fmt::format("{}/{}-{}.log", logs, name(link), id);
}

std::string job_name(const BatchJob& job) {
  return fmt::format("exitaudit-{}-{}", job.study, name(job.link));
}

std::string shell_word(const std::string& text) {
  const auto harmless = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-_./=:,+@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, harmless)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string batch_script(const std::string& pattern, const BatchJob& job, const Site& site) {
  const Allocation& own = allocation_of(site, job.link);
  return fill(pattern, {{"OPTIONS", lines(sbatch_options(job, site), "#SBATCH ")},
                        {"SETUP", lines(site.setup, "")},
                        {"SECONDS", std::to_string(60 * own.minutes)},
                        {"REQUEUES", std::to_string(site.requeue ? site.most_requeues : 0)},
                        {"LOGS", shell_word(job.logs)},
                        {"COMMAND", fmt::format("{}", fmt::join(srun_command(job, site), " "))}});
}

}  // namespace exitaudit
