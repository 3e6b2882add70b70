#include "pipeline/slurm/taken_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace exitaudit {
namespace {

struct TakenOption {
  std::string_view name;
  char letter;  ///< its short form, or 0
  std::string_view why;
};

struct Program {
  std::span<const TakenOption> taken;
  std::string_view letters_without_value;
};

constexpr std::array<TakenOption, 28> kTakenOfSbatch{{
    {"comment", 0, "submit knows its own jobs by it"},
    {"array", 'a', "it is made of the key `launches`"},
    {"dependency", 'd', "the chain is made of it"},
    {"output", 'o', "Slurm's logs lie beside the scripts"},
    {"error", 'e', "Slurm's logs lie beside the scripts"},
    {"chdir", 'D', "a study's paths are read from where it was submitted"},
    {"job-name", 'J', "it names study and link in the queue"},
    {"open-mode", 0, "a launch that goes on adds to its log"},
    {"wait", 'W', "submit leaves, and the chain lives in Slurm"},
    {"parsable", 0, "submit asks for it itself"},
    {"test-only", 0, "nothing would be submitted; `exitaudit doctor --site` asks for it"},
    {"clusters", 'M', "submit would not find its jobs again in another cluster's queue"},
    {"signal", 0, "use the key `warn_seconds`"},
    {"requeue", 0, "use the key `requeue`"},
    {"no-requeue", 0, "use the key `requeue`"},
    {"account", 'A', "use the key `account`"},
    {"qos", 'q', "use the key `qos`"},
    {"constraint", 'C', "use the key `constraint`"},
    {"partition", 'p', "use the key `partition` of compute, timing and report"},
    {"nodes", 'N', "use the key `nodes` of compute and timing"},
    {"time", 't', "use the key `minutes` of compute, timing and report"},
    {"mem", 0, "use the key `memory` of compute, timing and report"},
    {"ntasks", 'n', "use the key `ranks_per_node` of compute and timing"},
    {"ntasks-per-node", 0, "use the key `ranks_per_node` of compute and timing"},
    {"tasks-per-node", 0, "use the key `ranks_per_node` of compute and timing"},
    {"cpus-per-task", 'c', "use the key `cores_per_rank` of compute, timing and report"},
    {"gpus-per-node", 0, "use the key `gpus_per_node` of compute and timing"},
    {"no-kill", 'k', "a launch whose node died is sent back"},
}};

constexpr std::array<TakenOption, 24> kTakenOfSrun{{
    {"mpi", 0, "use the key `mpi`"},
    {"nodes", 'N', "the ranks work on the whole allocation; use the key `nodes`"},
    {"ntasks", 'n', "use the key `ranks_per_node` of compute and timing"},
    {"ntasks-per-node", 0, "use the key `ranks_per_node` of compute and timing"},
    {"tasks-per-node", 0, "use the key `ranks_per_node` of compute and timing"},
    {"nodelist", 'w', "the ranks work on the whole allocation; give it to sbatch"},
    {"nodefile", 'F', "the ranks work on the whole allocation; give it to sbatch"},
    {"exclude", 'x', "the ranks work on the whole allocation; give it to sbatch"},
    {"relative", 'r', "the ranks work on the whole allocation"},
    {"no-allocate", 'Z', "the ranks work in their own allocation"},
    {"cpus-per-task", 'c', "use the key `cores_per_rank` of compute and timing"},
    {"kill-on-bad-exit", 'K', "all ranks leave with one exit code, which a hasty kill would hide"},
    {"wait", 'W', "a rank that is gone for a minute has died, and its launch is sent back"},
    {"no-kill", 'k', "a launch whose node died is sent back"},
    {"time", 't', "ranks have all of the allocation's time; use the key `minutes`"},
    {"signal", 0, "use the key `warn_seconds`"},
    {"output", 'o', "what ranks say belongs in Slurm's log"},
    {"error", 'e', "what ranks say belongs in Slurm's log"},
    {"chdir", 'D', "a study's paths are read from where it was submitted"},
    {"multi-prog", 0, "every rank is exitaudit"},
    {"pty", 0, "there is nobody to talk to"},
    {"jobid", 0, "the ranks work in their own allocation"},
    {"dependency", 'd', "the chain is made by sbatch"},
    {"test-only", 0, "nothing would run; `exitaudit doctor --site` asks sbatch for it"},
}};

constexpr Program kSbatch{kTakenOfSbatch, "hHOQsuvV"};
constexpr Program kSrun{kTakenOfSrun, "EhHlOQsuvVXZ"};

/// "--comm=x" -> comment: Slurm takes a long option that is cut short, too.
const TakenOption* taken_long(const Program& program, std::string_view option) {
  const std::string_view name = option.substr(2, option.find('=') - 2);
  const auto cut_short = [&](const TakenOption& taken) { return taken.name.starts_with(name); };
  const auto exact = std::ranges::find(program.taken, name, &TakenOption::name);
  const auto found = exact != program.taken.end() ? exact : std::ranges::find_if(program.taken, cut_short);
  return found == program.taken.end() ? nullptr : &*found;
}

/// "-HJx" -> job-name: letters may stand together, up to the first that takes a value.
const TakenOption* taken_short(const Program& program, std::string_view option) {
  for (const char letter : option.substr(1)) {
    const auto found = std::ranges::find(program.taken, letter, &TakenOption::letter);
    if (found != program.taken.end()) return &*found;
    if (program.letters_without_value.find(letter) == std::string_view::npos) break;
  }
  return nullptr;
}

std::string why_taken(const Program& program, std::string_view option) {
  const TakenOption* taken = option.starts_with("--") ? taken_long(program, option) : taken_short(program, option);
  return taken == nullptr ? "" : fmt::format("\"{}\" sets --{}: {}", option, taken->name, taken->why);
}

}  // namespace

std::string why_sbatch_option_is_taken(std::string_view option) {
  return why_taken(kSbatch, option);
}

std::string why_srun_option_is_taken(std::string_view option) {
  return why_taken(kSrun, option);
}

}  // namespace exitaudit
