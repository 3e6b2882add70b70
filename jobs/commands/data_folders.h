#pragma once
// Where raw data is looked for: --data folders, then those of $EXITAUDIT_DATA; the ingest stage adds the tree's own
// data/raw and the system's share/datasets.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace exitaudit {

void add_data_flag(CLI::App& app, std::vector<std::string>& folders);

/// `flags`, then the colon-separated folders of $EXITAUDIT_DATA.
std::vector<std::string> data_folders(const std::vector<std::string>& flags);

}  // namespace exitaudit
