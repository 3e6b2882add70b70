#include "jobs/commands/command.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "jobs/version.h"
#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"

namespace exitaudit {
namespace {

constexpr std::array kCommands{
    Command{"plan", "Show the jobs of a study: done, to run and why, time and disk. Runs nothing.", set_up_plan},
    Command{"run", "Run what is missing of a study; alone on this machine, or as ranks under mpirun or srun.",
            set_up_run},
    Command{"simulate", "Say how long a study would take on clusters of several sizes; runs nothing.", set_up_simulate},
    Command{"submit", "Hand a study to Slurm: what is neither done nor on its way. Then leave.", set_up_submit},
    Command{"status", "Show what is done, running and failed; here and on Slurm.", set_up_status},
    Command{"logs", "Print what one job wrote, and how its attempts ended.", set_up_logs},
    Command{"explain", "Say in a sentence why one job will or will not run.", set_up_explain},
    Command{"show", "Print an artifact's header, or a study with every default written out.", set_up_show},
    Command{"verify", "Check every byte of every artifact of a study.", set_up_verify},
    Command{"retry", "Clear the failure marks of failed jobs, so that the next run repeats them.", set_up_retry},
    Command{"cancel", "Take a study back from Slurm; what is done stays done.", set_up_cancel},
    Command{"report", "Write the tables of a study and print them.", set_up_report},
    Command{"compare", "Print what two studies differ in: results, with intervals, and settings.", set_up_compare},
    Command{"gc", "List artifacts and leftovers that no job of the study needs; --delete removes them.", set_up_gc},
    Command{"doctor", "Check this installation: programs, libraries, devices, data.", set_up_doctor},
    Command{"bench", "Measure the speed of one part of the work on this machine; prints one JSON line.", set_up_bench},
    Command{"data", "Check raw data against the manifest, or print a manifest entry for a folder.", set_up_data},
    Command{"completion", "Print what makes Tab complete commands, flags and files in a shell.", set_up_completion},
    Command{"worker", "Run light jobs named on a pipe (used by `run`).", set_up_worker, true},
};

void print_error(const std::string& text) {
  fmt::print(stderr, "exitaudit: {}\n", text);
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kBadInput:
      return kExitBadInput;
    case ErrorKind::kStopped:
      return kExitStopped;
    default:
      return kExitFailed;
  }
}

/// CLI11 would call an unknown command an unexpected argument; this names it and its nearest neighbour.
std::string unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (command.name == argv[1]) return "";
    if (!command.hidden) names.emplace_back(command.name);
  }
  return fmt::format("there is no command \"{}\"{}; `exitaudit --help` lists them", argv[1],
                     did_you_mean(argv[1], names));
}

int parse_and_act(int argc, char** argv) {
  CLI::App app("Audits what multi-exit neural networks leak about their training data.", "exitaudit");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all done, 2 bad study or bad input, 3 some jobs failed, 75 stopped on request and resumable.");
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.help));
    if (command.hidden) sub->group("");
    actions.emplace_back(sub, command.set_up(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    print_error(
        fmt::format("{}; `exitaudit {}--help` tells more", error.what(), argc > 1 ? std::string(argv[1]) + " " : ""));
    return kExitBadInput;
  }
  for (const auto& [sub, action] : actions) {
    if (sub->parsed()) return action();
  }
  return kExitBadInput;
}

}  // namespace

std::span<const Command> command_table() {
  return kCommands;
}

int run_program(int argc, char** argv) {
  if (const std::string fault = unknown_command(argc, argv); !fault.empty()) {
    print_error(fault);
    return kExitBadInput;
  }
  try {
    return parse_and_act(argc, argv);
  } catch (const Error& error) {
    print_error(error.what());
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    print_error(error.what());
    return kExitFailed;
  }
}

}  // namespace exitaudit
