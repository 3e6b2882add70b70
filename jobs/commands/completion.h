#pragma once
// Completion: what makes Tab complete commands, flags and files in a shell, read off the commands themselves.

#include <CLI/CLI.hpp>

#include <string>

namespace exitaudit {

/// A script for bash, and for zsh behind bashcompinit: the subcommands of `program`, the flags of each, the words that
/// a flag may take, YAML files for studies. Hidden commands and flags are left out.
std::string bash_completion(const CLI::App& program);

}  // namespace exitaudit
