#pragma once
// CommandRunner: other programs, as an interface, so that tests need no Slurm.

#include <string>
#include <vector>

namespace exitaudit {

struct CommandResult {
  int status = 0;  ///< exit code; 127 where there is no such program, 124 where it took too long
  std::string output;
  std::string error;
};

class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  /// Runs words[0] of PATH to its end; standard input is empty. Never throws for what the program does.
  virtual CommandResult run(const std::vector<std::string>& words) = 0;
};

/// Real processes. `seconds`: how long each may take. `hidden`: variables that they shall not inherit.
class SystemRunner final : public CommandRunner {
 public:
  explicit SystemRunner(double seconds, std::vector<std::string> hidden = {})
      : seconds_(seconds), hidden_(std::move(hidden)) {}
  CommandResult run(const std::vector<std::string>& words) override;

 private:
  double seconds_;
  std::vector<std::string> hidden_;
};

/// Whether PATH has such a program.
bool has_program(const std::string& name);

}  // namespace exitaudit
