#pragma once
// ArtifactHeader as attributes of the root group, and back (FORMAT.md).

#include <filesystem>
#include <string>

#include "pipeline/artifact/h5_input.h"
#include "pipeline/artifact/h5_output.h"
#include "pipeline/artifact/header.h"

namespace exitaudit {

/// True for the names that the header takes: "format", "noun", "job", …
bool is_header_attribute(const std::string& name);

/// Throws Error(kFailure) where a text cannot be stored as a line (a tab, a line end, a NUL).
void write_header(H5Output& out, const ArtifactHeader& header);

/// Throws Error(kCorruptArtifact) naming `path` where an attribute is missing or not of its form.
ArtifactHeader read_header(const H5Input& in, const std::filesystem::path& path);

/// Digest of what the header's inputs held, as the seal names it.
std::string made_from(const ArtifactHeader& header);

}  // namespace exitaudit
