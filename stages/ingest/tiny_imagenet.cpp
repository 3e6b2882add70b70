// Tiny ImageNet as it was released: validation images lie in one folder, their classes in val_annotations.txt.

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "stages/ingest/byte_stream.h"
#include "stages/ingest/image_list.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

void append_training(const fs::path& folder, ImageList& list) {
  for (const fs::path& path : entries_of(folder, true)) {
    const auto label = static_cast<std::int32_t>(list.classes.size());
    list.classes.push_back(path.filename().string());
    for (const fs::path& image : entries_of(path / "images", false)) {
      list.images.push_back(image);
      list.labels.push_back(label);
    }
  }
  list.train_count = static_cast<std::int64_t>(list.images.size());
}

/// "val_0.JPEG<tab>n03444034<tab>0<tab>32<tab>44<tab>62": the first two of at least two fields.
std::pair<std::string, std::string> parse_annotation(const std::string& line, const std::string& place) {
  const std::size_t first = line.find('\t');
  const std::size_t second = line.find('\t', first == std::string::npos ? first : first + 1);
  const std::string image = line.substr(0, first);
  if (first == std::string::npos || image.empty() || image.find('/') != std::string::npos) {
    throw BadInput(place + ": expected an image's name and its wnid, separated by tabs; unpack the archive again");
  }
  return {image, line.substr(first + 1, second == std::string::npos ? second : second - first - 1)};
}

void append_annotated(const RawSource& raw, const std::string& line, const std::string& place, ImageList& list) {
  const auto [image, wnid] = parse_annotation(line, place);
  const auto found = std::lower_bound(list.classes.begin(), list.classes.end(), wnid);
  if (found == list.classes.end() || *found != wnid) {
    throw BadInput(fmt::format("{}: class {} has no folder in train/; unpack the archive again", place, wnid));
  }
  const fs::path path = raw.folder / "val" / "images" / image;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    if (raw.source.allow_truncated) return;
    throw BadInput(
        fmt::format("{}: {} is missing; unpack the archive again, or take what is there with "
                    "`allow_truncated: true` for dataset {}",
                    place, path.string(), raw.source.name));
  }
  list.images.push_back(path);
  list.labels.push_back(static_cast<std::int32_t>(found - list.classes.begin()));
}

}  // namespace

schema::Dataset read_tiny_imagenet(const RawSource& raw) {
  ImageList list;
  append_training(raw.folder / "train", list);
  const fs::path annotations = raw.folder / "val" / "val_annotations.txt";
  ByteStream stream(annotations);
  for (std::string line; stream.line(line);) {
    append_annotated(raw, line, fmt::format("{}, row {}", annotations.string(), stream.lines()), list);
  }
  return decode(raw, list);
}

}  // namespace exitaudit::ingest
