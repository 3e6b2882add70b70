#pragma once
// content_hash: one digest for a whole folder, so that a manifest can name tens of thousands of images in one line.

#include <filesystem>
#include <string>
#include <vector>

namespace exitaudit::ingest {

/// Regular files below `folder`, relative, sorted bytewise; names that start with a dot are left out. Throws BadInput
/// where the folder cannot be read.
std::vector<std::string> files_below(const std::filesystem::path& folder);

/// SHA-256 over, for each of files_below(): the name, then the hexadecimal SHA-256 of the file, each preceded by its
/// length (Sha256::field).
std::string content_hash(const std::filesystem::path& folder);

}  // namespace exitaudit::ingest
