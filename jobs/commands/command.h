#pragma once
// Commands: one file each, and one table of name, help and set-up function that drives parsing, help and suggestions.

#include <CLI/CLI.hpp>

#include <functional>
#include <span>
#include <string_view>

namespace exitaudit {

inline constexpr int kExitDone = 0;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitFailed = 3;
inline constexpr int kExitStopped = 75;

/// What to do once the command line is parsed; returns the exit code.
using Action = std::function<int()>;

struct Command {
  std::string_view name;
  std::string_view help;
  /// Declares arguments on `app` and returns the action, which holds the parsed values.
  Action (*set_up)(CLI::App& app);
  bool hidden = false;
};

std::span<const Command> command_table();

/// main() of the light program: parses, acts, turns every error into a sentence and an exit code.
int run_program(int argc, char** argv);

Action set_up_plan(CLI::App& app);
Action set_up_run(CLI::App& app);
Action set_up_submit(CLI::App& app);
Action set_up_cancel(CLI::App& app);
Action set_up_logs(CLI::App& app);
Action set_up_simulate(CLI::App& app);
Action set_up_status(CLI::App& app);
Action set_up_explain(CLI::App& app);
Action set_up_show(CLI::App& app);
Action set_up_verify(CLI::App& app);
Action set_up_retry(CLI::App& app);
Action set_up_report(CLI::App& app);
Action set_up_compare(CLI::App& app);
Action set_up_gc(CLI::App& app);
Action set_up_doctor(CLI::App& app);
Action set_up_bench(CLI::App& app);
Action set_up_data(CLI::App& app);
Action set_up_completion(CLI::App& app);
Action set_up_worker(CLI::App& app);

}  // namespace exitaudit
