#include "pipeline/run/team_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace fs = std::filesystem;

std::vector<std::string> team_command(const TeamLaunch& launch) {
  constexpr const char* kRedirect = R"(exec "$@" <&3 >&4 3<&- 4>&-)";
  std::vector<std::string> words{"/bin/sh", "-c", kRedirect, "sh", launch.launcher};
  if (launch.as_root) words.emplace_back("--allow-run-as-root");
  // How many ranks a node can bear is the dispatcher's business, and threads are the study's.
  for (const char* word : {"--oversubscribe", "--bind-to", "none", "-n"}) words.emplace_back(word);
  words.push_back(std::to_string(launch.ranks));
  words.push_back(launch.worker);
  words.emplace_back("team");
  return words;
}

std::string find_launcher(const std::string& path, int ranks) {
  for (const char* name : {"mpirun", "orterun"}) {
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      const fs::path program = fs::path(folder) / name;
      std::error_code none;
      if (fs::is_regular_file(program, none) && ::access(program.c_str(), X_OK) == 0) return program.string();
    }
  }
  throw Error(ErrorKind::kFailure,
              fmt::format("this job wants {} ranks, mpirun is not in PATH: install Open MPI or set ranks to 1", ranks));
}

}  // namespace exitaudit
