#pragma once
// The manifest: every dataset that exitaudit knows by name, with sources, sizes, checksums and licences.

#include <filesystem>
#include <vector>

#include "stages/ingest/ingest_options.h"

namespace exitaudit::ingest {

/// Entries of the file's `datasets`. Throws BadInput with every fault as file:line:col.
std::vector<DatasetSource> read_manifest(const std::filesystem::path& path);

}  // namespace exitaudit::ingest
