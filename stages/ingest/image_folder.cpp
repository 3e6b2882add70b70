// Folders named after classes, as in every image tool.

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "stages/ingest/image_list.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> class_names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::path& path : entries_of(folder, true)) names.push_back(path.filename().string());
  return names;
}

void append_classes(const fs::path& folder, ImageList& list) {
  for (const fs::path& path : entries_of(folder, true)) {
    const auto name = std::find(list.classes.begin(), list.classes.end(), path.filename().string());
    if (name == list.classes.end()) {
      throw BadInput(
          fmt::format("{}: a class that the training images do not have; expected one of the {} folders of "
                      "train/; remove or rename it",
                      path.string(), list.classes.size()));
    }
    for (const fs::path& image : entries_of(path, false)) {
      list.images.push_back(image);
      list.labels.push_back(static_cast<std::int32_t>(name - list.classes.begin()));
    }
  }
}

}  // namespace

schema::Dataset read_image_folder(const RawSource& raw) {
  std::error_code ignored;
  const bool parted = fs::is_directory(raw.folder / "train", ignored);
  const fs::path training = parted ? raw.folder / "train" : raw.folder;
  ImageList list;
  list.classes = class_names(training);
  append_classes(training, list);
  list.train_count = static_cast<std::int64_t>(list.images.size());
  if (parted && fs::is_directory(raw.folder / "test", ignored)) append_classes(raw.folder / "test", list);
  return decode(raw, list);
}

}  // namespace exitaudit::ingest
