#include "stages/ingest/raw_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/suggest.h"
#include "stages/ingest/content_hash.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

void check_hash_form(const DatasetSource& source, const std::string& what, const std::string& hash) {
  const bool well = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hash.empty() || well) return;
  throw BadInput(
      fmt::format("dataset {}: the checksum of {} is \"{}\"; expected 64 lower-case hexadecimal digits, as "
                  "sha256sum or `exitaudit data hash` prints them",
                  source.name, what, hash));
}

void check_name(const DatasetSource& source, const RawFile& file) {
  const fs::path path(file.name);
  const bool inside = !file.name.empty() && path.is_relative() &&
                      std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
  if (inside) return;
  throw BadInput(
      fmt::format("dataset {}: file name \"{}\"; expected a path inside the dataset's folder", source.name, file.name));
}

/// Names beside `wanted` that the source does not ask for: one of them may be the file under another name.
std::vector<std::string> strangers_beside(const RawSource& raw, const fs::path& wanted) {
  std::vector<fs::path> known;
  for (const RawFile& file : files_of(raw.source)) known.push_back(raw.path(file));
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(wanted.parent_path(), error)) {
    if (std::find(known.begin(), known.end(), entry.path()) != known.end()) continue;
    names.push_back(entry.path().filename().string());
    if (names.size() == 1000) break;
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What lies in the place of a missing file, the nearest name first where one is near.
std::string what_is_there(const RawSource& raw, const fs::path& wanted) {
  const std::vector<std::string> names = strangers_beside(raw, wanted);
  if (names.empty()) return "and nothing beside it could be the same under another name";
  const std::string near = suggest(wanted.filename().string(), names);
  if (!near.empty()) return fmt::format("there is \"{}\", which may be misnamed", near);
  const std::size_t shown = std::min<std::size_t>(names.size(), 6);
  return fmt::format("the folder also holds {}{}",
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     shown < names.size() ? ", …" : "");
}

void check_exists(const RawSource& raw, const RawFile& file) {
  std::error_code error;
  const fs::path path = raw.path(file);
  if (fs::is_regular_file(path, error)) return;
  throw BadInput(fmt::format("{}: missing; dataset {} ({}) needs it, {}; rename the file or fetch it again",
                             path.string(), raw.source.name, name_of(raw.source.format), what_is_there(raw, path)));
}

void check_size_and_hash(const RawSource& raw, const RawFile& file) {
  const fs::path path = raw.path(file);
  if (is_short(raw, file)) return;
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  if (file.bytes > 0 && size != file.bytes) {
    throw BadInput(fmt::format("{}: {} bytes; expected {}; this is another file, fetch the one that dataset {} names",
                               path.string(), size, file.bytes, raw.source.name));
  }
  if (file.sha256.empty()) return;
  const std::string found = sha256_file(path);
  if (found == file.sha256) return;
  throw BadInput(
      fmt::format("{}: wrong checksum: expected {}, got {}; the file is damaged or another one, fetch it again",
                  path.string(), file.sha256, found));
}

void check_folder_hash(const RawSource& raw) {
  if (raw.source.content_sha256.empty()) return;
  const std::string found = content_hash(raw.folder);
  if (found == raw.source.content_sha256) return;
  throw BadInput(fmt::format(
      "{}: wrong checksum of the folder: expected {}, got {}; files are missing, added or changed: unpack it "
      "again, or take over what `exitaudit data hash` prints for it",
      raw.folder.string(), raw.source.content_sha256, found));
}

}  // namespace

bool is_short(const RawSource& raw, const RawFile& file) {
  std::error_code error;
  const auto size = fs::file_size(raw.path(file), error);
  return !error && file.bytes > 0 && static_cast<std::int64_t>(size) < file.bytes;
}

void verify(const RawSource& raw) {
  check_hash_form(raw.source, "its folder", raw.source.content_sha256);
  if (is_folder(raw.source.format)) return check_folder_hash(raw);
  for (const RawFile& file : files_of(raw.source)) {
    check_name(raw.source, file);
    check_hash_form(raw.source, file.name, file.sha256);
    check_exists(raw, file);
  }
  for (const RawFile& file : files_of(raw.source)) check_size_and_hash(raw, file);
}

void throw_truncated(const RawSource& raw, const RawFile& file, std::int64_t complete, const std::string& rows) {
  std::error_code error;
  const fs::path path = raw.path(file);
  const auto size = fs::file_size(path, error);
  const std::string expected = file.bytes > 0 ? fmt::format(" of {}", file.bytes) : "";
  throw BadInput(
      fmt::format("{}: truncated after {}{} bytes: it holds {} complete {}; fetch it again, or take these {} with "
                  "`allow_truncated: true` for dataset {}",
                  path.string(), error ? 0 : size, expected, complete, rows, rows, raw.source.name));
}

void check_label(const std::string& place, std::int64_t label, std::int64_t base, std::int64_t classes) {
  if (label >= base && label < base + classes) return;
  throw BadInput(fmt::format("{}: label {}; expected {} to {}; correct `classes` of the dataset or the file", place,
                             label, base, base + classes - 1));
}

schema::Dataset empty_dataset(const RawSource& raw, std::vector<std::int64_t> shape) {
  schema::Dataset dataset;
  dataset.name = raw.source.name;
  dataset.images = holds_images(raw.source.format);
  dataset.shape = std::move(shape);
  dataset.classes = raw.source.classes;
  return dataset;
}

}  // namespace exitaudit::ingest
