#include "stages/ingest/image_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "stages/ingest/image_file.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestDataset = std::size_t{32} << 30U;

void check_classes(const RawSource& raw, const ImageList& list) {
  const auto found = static_cast<std::int64_t>(list.classes.size());
  if (raw.source.classes == 0 || raw.source.classes == found) return;
  throw BadInput(fmt::format("{}: {} class folders; expected {}; unpack it again or correct `classes` of dataset {}",
                             raw.folder.string(), found, raw.source.classes, raw.source.name));
}

void check_same_size(const fs::path& path, const Image& image, const fs::path& first, const schema::Dataset& dataset) {
  if (image.height == dataset.shape[1] && image.width == dataset.shape[2]) return;
  throw BadInput(fmt::format("{}: {}x{} pixels; expected {}x{} as {}; bring all images to one size", path.string(),
                             image.width, image.height, dataset.shape[2], dataset.shape[1], first.string()));
}

void check_memory(const RawSource& raw, std::size_t images, std::size_t bytes_each) {
  if (images * bytes_each <= kLargestDataset) return;
  throw BadInput(fmt::format("{}: {} images of {} bytes each, more than {} GiB in all; use fewer or smaller images",
                             raw.folder.string(), images, bytes_each, kLargestDataset >> 30U));
}

}  // namespace

std::vector<fs::path> entries_of(const fs::path& folder, bool folders) {
  std::vector<fs::path> found;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().filename().string().front() == '.') continue;
      if (folders ? entry.is_directory() : entry.is_regular_file() && is_image_name(entry.path())) {
        found.push_back(entry.path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw BadInput(fmt::format("{}: cannot be read: {}", folder.string(), error.code().message()));
  }
  std::sort(found.begin(), found.end(),
            [](const fs::path& a, const fs::path& b) { return a.filename().string() < b.filename().string(); });
  return found;
}

schema::Dataset decode(const RawSource& raw, const ImageList& list) {
  check_classes(raw, list);
  if (list.images.empty()) {
    throw BadInput(fmt::format("{}: no .jpg, .jpeg or .png below its class folders; expected the layout {}",
                               raw.folder.string(), name_of(raw.source.format)));
  }
  schema::Dataset dataset;
  for (const fs::path& path : list.images) {
    const Image image = read_image(path);
    if (dataset.shape.empty()) {
      dataset = empty_dataset(raw, {3, image.height, image.width});
      check_memory(raw, list.images.size(), image.pixels.size());
      dataset.samples.reserve(list.images.size() * image.pixels.size());
    }
    check_same_size(path, image, list.images.front(), dataset);
    dataset.samples.insert(dataset.samples.end(), image.pixels.begin(), image.pixels.end());
  }
  dataset.classes = static_cast<std::int64_t>(list.classes.size());
  dataset.class_names = list.classes;
  dataset.labels = list.labels;
  dataset.train_count = list.train_count;
  return dataset;
}

}  // namespace exitaudit::ingest
