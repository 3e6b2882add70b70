#include "pipeline/slurm/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "pipeline/base/error.h"
#include "pipeline/config/yaml_reader.h"
#include "pipeline/slurm/taken_options.h"

namespace exitaudit {
namespace {

constexpr std::string_view kPrefix = "site.";
constexpr std::array<std::string_view, 3> kAllocations{"compute", "timing", "report"};
/// "site.memory=64G" without naming an allocation is meant for all.
constexpr std::array<std::string_view, 5> kShared{"partition", "memory", "minutes", "cores_per_rank", "slots"};

/// "memory=64G" -> one setting an allocation; anything else stays.
std::vector<std::string> spread(const std::string& setting) {
  const std::string key = setting.substr(0, setting.find('='));
  if (std::ranges::find(kShared, key) == kShared.end()) return {setting};
  std::vector<std::string> all;
  for (const std::string_view allocation : kAllocations) all.push_back(fmt::format("{}.{}", allocation, setting));
  return all;
}

/// What goes into a batch script's options may hold no line end, no space and no quotes.
bool is_plain(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-_.,:=+/@%[]*&|").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_memory(const std::string& text) {
  if (text.empty()) return true;
  const auto digits = std::ranges::find_if_not(text, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (digits == text.begin()) return false;
  const std::string unit(digits, text.end());
  return unit.empty() || (unit.size() == 1 && std::string_view("KMGT").find(unit) != std::string_view::npos);
}

class SiteChecker {
 public:
  SiteChecker(const Site& site, const YamlDocument& file) : site_(site), file_(file) {}

  std::vector<std::string> faults() {
    plain("account", site_.account);
    plain("qos", site_.qos);
    plain("constraint", site_.constraint);
    plain("mpi", site_.mpi);
    for (const std::string& option : site_.sbatch) check_option("sbatch", option, why_sbatch_option_is_taken(option));
    for (const std::string& option : site_.srun) check_option("srun", option, why_srun_option_is_taken(option));
    for (const std::string& line : site_.setup) {
      if (line.find('\n') != std::string::npos) add("setup", "setup: one line of the script an entry");
    }
    check("compute", site_.compute);
    check("timing", site_.timing);
    check("report", site_.report);
    return faults_;
  }

 private:
  void add(const std::string& path, const std::string& sentence) {
    faults_.push_back(fmt::format("{}: {}", file_.origin(path), sentence));
  }
  void plain(const std::string& path, const std::string& text) {
    if (!is_plain(text)) add(path, fmt::format("{}: \"{}\" cannot stand in a batch script", path, text));
  }
  void check_option(const std::string& path, const std::string& option, const std::string& why_taken) {
    if (!option.starts_with("-") || !is_plain(option)) {
      add(path,
          fmt::format("{}: expected options such as --reservation=night, without spaces, got \"{}\"", path, option));
    } else if (!why_taken.empty()) {
      add(path, fmt::format("{}: {}", path, why_taken));
    }
  }
  void check(const std::string& name, const Allocation& allocation) {
    plain(name + ".partition", allocation.partition);
    if (!is_memory(allocation.memory)) {
      add(name + ".memory", fmt::format("{}.memory: expected a number with K, M, G or T behind it, as 64G, got \"{}\"",
                                        name, allocation.memory));
    }
    if (2 * site_.warn_seconds > 60 * allocation.minutes) {
      add(name + ".minutes",
          fmt::format("{}.minutes: {} minutes leave no time to work when the ranks are warned {} s before their end",
                      name, allocation.minutes, site_.warn_seconds));
    }
  }

  const Site& site_;
  const YamlDocument& file_;
  std::vector<std::string> faults_;
};

}  // namespace

std::int64_t Allocation::ranks() const {
  return ranks_per_node > 0 ? ranks_per_node : std::max<std::int64_t>(1, gpus_per_node);
}

void describe(Fields& f, Allocation& o) {
  f.text("partition", o.partition, "partition; empty = the cluster's default");
  f.integer("nodes", o.nodes, {1, 100000}, "nodes of one launch");
  f.integer("ranks_per_node", o.ranks_per_node, {0, 1024}, "ranks on a node; 0 = one a GPU, or one");
  f.integer("gpus_per_node", o.gpus_per_node, {0, 1024}, "GPUs of a node that are asked for");
  f.integer("cores_per_rank", o.cores_per_rank, {0, 4096}, "cores of a rank; 0 = the cluster's default");
  f.integer("slots", o.slots, {0, 4096}, "jobs at once on a rank; 0 = its cores / threads on a CPU, one on a GPU");
  f.text("memory", o.memory, "memory of a node, as 64G; empty = the cluster's default");
  f.integer("minutes", o.minutes, {1, 525600}, "time limit");
  f.integer("launches", o.launches, {1, 10000}, "launches at once; leases keep them apart");
}

void describe(Fields& f, Site& o) {
  f.text("account", o.account, "account to charge; empty = yours by default");
  f.text("qos", o.qos, "quality of service; empty = the default");
  f.text("constraint", o.constraint, "features that nodes must have; empty = none");
  f.text("mpi", o.mpi, "srun --mpi=…: pmix for Debian's Open MPI; `srun --mpi=list` shows a cluster's");
  f.integer("warn_seconds", o.warn_seconds, {10, 86400}, "how long before a time limit the ranks write resume points");
  f.boolean("requeue", o.requeue, "what was preempted, lost its node or ran out of time goes on by itself");
  f.integer("most_requeues", o.most_requeues, {0, 100000}, "and at most so often");
  f.integer("job_limit_minutes", o.job_limit_minutes, {0, 525600},
            "a job of the study that takes longer counts as hung; 0 = none does");
  f.real("worker_memory_gb", o.worker_memory_gb, {0, 1e6},
         "a job that wants more memory fails, where no cgroup watches; 0 = no limit of ours");
  f.texts("setup", o.setup, "lines of the batch script before the program, as `module load openmpi`");
  f.texts("sbatch", o.sbatch, "more options of sbatch, as --reservation=night");
  f.texts("srun", o.srun, "more options of srun");
  f.texts("data", o.data, "folders with raw data, as the nodes see them");
  f.text("program", o.program, "path of exitaudit on the nodes; empty = the program that submits");
  block(f, "compute", o.compute, "allocations for all jobs but those of the clock");
  block(f, "timing", o.timing, "allocations in which the clock is read: whole nodes, nothing else on them");
  block(f, "report", o.report, "the last, small allocation: tables and figures");
}

std::vector<std::string> take_site_settings(std::vector<std::string>& settings) {
  std::vector<std::string> taken;
  for (const std::string& setting : settings) {
    if (!setting.starts_with(kPrefix)) continue;
    for (std::string& each : spread(setting.substr(kPrefix.size()))) taken.push_back(std::move(each));
  }
  std::erase_if(settings, [](const std::string& setting) { return setting.starts_with(kPrefix); });
  return taken;
}

Site load_site(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  const YamlDocument file = YamlDocument::from_file(path);
  const YamlDocument flags = YamlDocument::from_overrides(overrides);
  Site site;
  const auto visit = [&](Fields& f) { describe(f, site); };
  std::vector<std::string> faults = file.read(visit);
  const std::vector<std::string> more = flags.read(visit);
  faults.insert(faults.end(), more.begin(), more.end());
  throw_faults(faults);
  throw_faults(SiteChecker(site, file).faults());
  return site;
}

}  // namespace exitaudit
