#pragma once
// Where raw files lie: below the folders that the user names, else beside the manifest, else where Debian packages put
// data sets. A dataset's place is not part of what it is, so it never reaches a fingerprint.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "stages/ingest/raw_source.h"

namespace exitaudit::ingest {

/// For each of `data_folders` (from --data, then $EXITAUDIT_DATA): folder/<source.folder>; then data/raw/<folder>
/// beside the shipped manifest; then <folder> below datasets/ of each of $XDG_DATA_DIRS. An absolute source.folder
/// comes first. A data folder may be written NAME=FOLDER: it then is that dataset's own folder, and no other's; FOLDER
/// may be relative to the other data folders.
std::vector<std::filesystem::path> candidate_folders(const DatasetSource& source,
                                                     const std::vector<std::string>& data_folders);

/// The first candidate that holds all of the source's files, else the first that holds some; nothing where none does.
std::optional<std::filesystem::path> find_folder(const DatasetSource& source,
                                                 const std::vector<std::string>& data_folders);

/// "dataset cifar10: not found; looked for … in:\n  …\n; fetch it with data/fetch.sh cifar10 or …"
std::string missing_sentence(const DatasetSource& source, const std::vector<std::string>& data_folders);

/// find_folder(), or BadInput with missing_sentence(). Synthetic sources get an empty folder.
RawSource locate(const DatasetSource& source, const std::vector<std::string>& data_folders);

/// "NAME=FOLDER" for each source that names a folder: what a launch appends to its data folders, because the ingest
/// stage's settings say what a dataset is and not where.
std::vector<std::string> folder_hints(const std::vector<DatasetSource>& sources);

}  // namespace exitaudit::ingest
