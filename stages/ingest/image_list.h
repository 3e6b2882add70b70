#pragma once
// ImageList: images and their classes in reading order, before any is decoded; what both folder layouts come down to.

#include <filesystem>
#include <string>
#include <vector>

#include "stages/ingest/raw_source.h"
#include "stages/schema/dataset.h"

namespace exitaudit::ingest {

struct ImageList {
  std::vector<std::string> classes;  ///< names, sorted
  std::vector<std::filesystem::path> images;
  std::vector<std::int32_t> labels;
  std::int64_t train_count = 0;
};

/// Folders (or, with `folders` false, images) directly in `folder`, sorted bytewise by name; hidden ones left out.
/// Throws BadInput where the folder cannot be read.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder, bool folders);

/// Decodes all. Throws BadInput where there are none, or one has another size than the first.
schema::Dataset decode(const RawSource& raw, const ImageList& list);

}  // namespace exitaudit::ingest
