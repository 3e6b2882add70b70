#include "jobs/commands/data_folders.h"

#include <cstdlib>
#include <sstream>

namespace exitaudit {

void add_data_flag(CLI::App& app, std::vector<std::string>& folders) {
  app.add_option("--data", folders, "folder that holds raw datasets; may be repeated (also: $EXITAUDIT_DATA)")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

std::vector<std::string> data_folders(const std::vector<std::string>& flags) {
  std::vector<std::string> folders = flags;
  const char* environment = std::getenv("EXITAUDIT_DATA");
  std::istringstream list(environment == nullptr ? "" : environment);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  return folders;
}

}  // namespace exitaudit
