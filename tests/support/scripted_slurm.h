#pragma once
// Scripted Slurm: answers in turn, and remembers what it was asked.

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/base/command_runner.h"
#include "pipeline/base/files.h"

namespace exitaudit::test {

class ScriptedSlurm final : public CommandRunner {
 public:
  CommandResult run(const std::vector<std::string>& words) override {
    asked.push_back(words);
    if (words.back().ends_with(".sbatch") && std::filesystem::exists(words.back())) {
      scripts.push_back(read_file(words.back()));
    }
    if (answers.empty()) return {1, "", "not scripted"};
    CommandResult next = answers.front();
    answers.pop_front();
    return next;
  }
  std::deque<CommandResult> answers;
  std::vector<std::vector<std::string>> asked;
  std::vector<std::string> scripts;  ///< what was handed in
};

}  // namespace exitaudit::test
