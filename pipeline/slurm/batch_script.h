#pragma once
// The batch scripts of a study and how they hang together. Pure: site and plan in, texts out.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/slurm/site.h"

namespace exitaudit {

/// The links of the chain that a study becomes, in their order.
enum class Link {
  kCompute,  ///< all that needs no clock
  kTiming,   ///< the clock, on exclusive nodes
  kBehind,   ///< what needs the clock's numbers
  kReport,   ///< tables and figures
};
inline constexpr std::array<std::string_view, 4> kLinkNames{"compute", "timing", "behind", "report"};
std::string_view name(Link link);

/// The part of the site that a link's allocations are made from.
const Allocation& allocation_of(const Site& site, Link link);

/// One sbatch call: `launches` allocations of one kind, an array where there are several.
struct BatchJob {
  Link link = Link::kCompute;
  std::string study;
  std::string token;                 ///< Slurm's comment: tells this submission from another job that got its id
  std::string folder;                ///< where the program is started
  std::string logs;                  ///< folder of Slurm's own logs
  std::vector<std::string> command;  ///< program and arguments, one rank's
  std::int64_t launches = 1;
};

/// Slurm's own log of a launch; `id`: the job's number.
std::string log_file(const std::string& logs, Link link, std::string_view id);

/// "exitaudit-cifar10-vgg-compute"
std::string job_name(const BatchJob& job);

/// The script, from slurm/job.sbatch.in. Throws BadInput where the template names a part that there is not.
std::string batch_script(const std::string& pattern, const BatchJob& job, const Site& site);

/// `text` as one word of a shell.
std::string shell_word(const std::string& text);

}  // namespace exitaudit
