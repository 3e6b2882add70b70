#pragma once
// A small artifact with every type of array and attribute, and bytes of files to compare and to damage.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/artifact/header.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::test {

/// The header of a job that read one input.
ArtifactHeader small_header(const std::string& noun = "weights");

/// Two attributes and an array of each type, empty ones, a scalar and one of several chunks.
void fill(ArtifactWriter& out);

/// Writes and commits a small artifact; its content hash.
std::string write_small_artifact(const std::filesystem::path& path, const std::string& noun = "weights");

std::string bytes_of(const std::filesystem::path& path);
void set_bytes(const std::filesystem::path& path, const std::string& bytes);

/// Every file below a folder.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

}  // namespace exitaudit::test
