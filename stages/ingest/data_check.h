#pragma once
// Behind `exitaudit data`: which datasets are at hand, and a manifest entry for a user's own folder. Text only; the
// commands print it.

#include <filesystem>
#include <string>
#include <vector>

#include "stages/ingest/ingest_options.h"

namespace exitaudit::ingest {

enum class Finding { kMade, kFound, kMissing, kWrong };

struct DatasetState {
  std::string name;
  Finding finding = Finding::kMissing;
  std::string sentence;  ///< where it is, or what is wrong and what to do
};

/// Looks for the files and verifies sizes and checksums; does not decode them.
DatasetState examine(const DatasetSource& source, const std::vector<std::string>& data_folders);

/// One paragraph a dataset; `all_well` becomes false where one is missing or wrong.
std::string check_datasets(const std::vector<DatasetSource>& sources, const std::vector<std::string>& data_folders,
                           bool& all_well);

/// A manifest entry, in YAML, for the files of `folder`, whose layout is told from their names. Throws BadInput where
/// it is none that can be read.
std::string hash_folder(const std::filesystem::path& folder);

}  // namespace exitaudit::ingest
