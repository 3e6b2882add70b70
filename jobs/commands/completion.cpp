// exitaudit completion: the completion script of a shell, for this very version of the program.

#include "jobs/commands/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "jobs/commands/command.h"
#include "jobs/stage_list.h"

namespace exitaudit {
namespace {

constexpr std::string_view kHead =
    R"(# Tab completion of exitaudit for bash, written by `exitaudit completion bash`.
# zsh, before this file is read: autoload -U bashcompinit && bashcompinit
_exitaudit_files() { # WORD PATTERN: folders, and files that match
  local IFS=$'\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$1"; compgen -f -X "!$2" -- "$1"))
}
_exitaudit() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= flags= pattern= values=
  local command=${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    command= words=)";

constexpr std::string_view kTail = R"(  esac
  case $values in
    '') ;;
    files) _exitaudit_files "$word" '*'; return ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word")); return ;;
    any) COMPREPLY=(); return ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$word")); return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *)
      COMPREPLY=($(compgen -W "$words" -- "$word"))
      [ -z "$pattern" ] || _exitaudit_files "$word" "$pattern" ;;
  esac
}
complete -F _exitaudit exitaudit
)";

bool is_hidden(const CLI::Option& option) {
  return option.get_group().empty();
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  return names;
}

/// What may follow a flag: words, or "files", "folders", "any"; "" behind a flag that takes nothing.
std::string values_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  if (option.check_lname("stage")) {
    std::vector<std::string> names;
    for (const StageInfo& stage : stage_list()) names.push_back(stage.name);
    return fmt::format("{}", fmt::join(names, " "));
  }
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open != std::string::npos && close != std::string::npos) {  // CLI::IsMember: "TEXT:{compute,timing,behind}"
    std::string words = type.substr(open + 1, close - open - 1);
    for (char& letter : words) letter = letter == ',' ? ' ' : letter;
    return words;
  }
  if (option.check_lname("site") || type == "FILE") return "files";
  return option.check_lname("root") || option.check_lname("root-b") || type == "DIR" ? "folders" : "any";
}

/// Which files stand for a command's words: studies, or any; "" where none do.
std::string pattern_of(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    if (option->get_name() == "STUDY" || option->get_type_name() == "STUDY") return "*.y*ml";
    if (option->get_name() == "FILE" || option->get_name() == "DIR") return "*";
  }
  return "";
}

/// The branch of `before`, the word in front: which values follow which flag.
void add_values(const CLI::App& command, std::string& text) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string values = values_of(*option);
    if (is_hidden(*option) || option->get_lnames().empty() || values.empty()) continue;
    text += fmt::format("        --{}) values='{}' ;;\n", option->get_lnames().front(), values);
  }
}

void add_flags(const CLI::App& command, std::vector<std::string>& flags) {
  for (const CLI::Option* option : command.get_options()) {
    if (is_hidden(*option) || option->get_lnames().empty()) continue;
    const std::string flag = "--" + option->get_lnames().front();
    if (std::ranges::find(flags, flag) == flags.end()) flags.push_back(flag);
  }
}

/// The words that a command takes itself, as a shell's name: "bash".
std::string words_of(const CLI::App& command) {
  std::vector<std::string> words = names_of(shown_commands(command));
  for (const CLI::Option* option : command.get_options()) {
    const std::string values = option->get_positional() ? values_of(*option) : "any";
    if (values != "any" && values != "files" && values != "folders") words.push_back(values);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string branch_of(const CLI::App& command) {
  std::vector<std::string> flags;
  std::string values;
  add_flags(command, flags);
  add_values(command, values);
  for (const CLI::App* inner : shown_commands(command)) {
    add_flags(*inner, flags);
    add_values(*inner, values);
    const std::string pattern = pattern_of(*inner);
    if (!pattern.empty()) values += fmt::format("        {}) pattern='{}' ;;\n", inner->get_name(), pattern);
  }
  return fmt::format(
      "    {})\n      flags='{}' words='{}' pattern='{}'\n      case $before in\n{}      esac\n      ;;\n",
      command.get_name(), fmt::join(flags, " "), words_of(command), pattern_of(command), values);
}

}  // namespace

std::string bash_completion(const CLI::App& program) {
  const std::vector<const CLI::App*> commands = shown_commands(program);
  std::vector<std::string> flags;
  add_flags(program, flags);
  std::string text(kHead);
  text += fmt::format("'{}' flags='{}'\n  fi\n  case $command in\n", fmt::join(names_of(commands), " "),
                      fmt::join(flags, " "));
  for (const CLI::App* command : commands) text += branch_of(*command);
  return text + std::string(kTail);
}

Action set_up_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>("bash");
  app.add_option("SHELL", *shell, "bash; zsh reads the same behind bashcompinit")
      ->check(CLI::IsMember({"bash"}))
      ->capture_default_str();
  app.footer(
      "bash: add to ~/.bashrc   source <(exitaudit completion bash)\n"
      "zsh:  add to ~/.zshrc    autoload -U bashcompinit && bashcompinit; source <(exitaudit completion bash)");
  return [&app, shell] {  // the parser writes into `shell`
    fmt::print("{}", bash_completion(*app.get_parent()));
    return kExitDone;
  };
}

}  // namespace exitaudit
