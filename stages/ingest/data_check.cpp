#include "stages/ingest/data_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "stages/ingest/content_hash.h"
#include "stages/ingest/image_file.h"
#include "stages/ingest/image_list.h"
#include "stages/ingest/locate.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

/// What verify() held the files against: "4 files, checksums right".
std::string what_was_checked(const DatasetSource& source) {
  if (is_folder(source.format)) {
    return source.content_sha256.empty() ? "no checksum known" : "checksum of the folder right";
  }
  const std::vector<RawFile> files = files_of(source);
  const auto known =
      std::count_if(files.begin(), files.end(), [](const RawFile& file) { return !file.sha256.empty(); });
  const std::string checksums = known == 0 ? "no checksum known" : fmt::format("{} checksums right", known);
  return fmt::format("{} file{}, {}", files.size(), files.size() == 1 ? "" : "s", checksums);
}

/// verify() leaves short files to the readers, who can count their rows; here nothing is read.
void check_whole(const RawSource& raw) {
  if (is_folder(raw.source.format) || raw.source.allow_truncated) return;
  for (const RawFile& file : files_of(raw.source)) {
    if (!is_short(raw, file)) continue;
    throw BadInput(
        fmt::format("{}: truncated: {} of {} bytes; fetch it again, or take its complete rows with "
                    "`allow_truncated: true`",
                    raw.path(file).string(), fs::file_size(raw.path(file)), file.bytes));
  }
}

std::string_view word_of(Finding finding) {
  constexpr std::array<std::string_view, 4> kWords{"made", "found", "missing", "wrong"};
  return kWords[static_cast<std::size_t>(finding)];
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::binary_search(names.begin(), names.end(), name);
}

bool holds_all(const std::vector<std::string>& names, Format format) {
  const std::vector<RawFile> files = official_files(format);
  return std::all_of(files.begin(), files.end(), [&](const RawFile& file) { return holds(names, file.name); });
}

/// The layout that the names show.
std::optional<Format> guess_format(const std::vector<std::string>& names) {
  if (holds(names, "val/val_annotations.txt")) return Format::kTinyImagenet;
  for (const Format format :
       {Format::kIdx, Format::kCifar10, Format::kCifar100, Format::kPurchases, Format::kTexas, Format::kLocations}) {
    if (holds_all(names, format)) return format;
  }
  const bool images = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.find('/') != std::string::npos && is_image_name(name);
  });
  return images ? std::optional(Format::kImageFolder) : std::nullopt;
}

std::size_t class_folders(const fs::path& folder) {
  std::error_code ignored;
  return entries_of(fs::is_directory(folder / "train", ignored) ? folder / "train" : folder, true).size();
}

std::string file_lines(const fs::path& folder, Format format) {
  std::string text = "    files:\n";
  for (const RawFile& file : official_files(format)) {
    text += fmt::format("      - {{name: {}, bytes: {}, sha256: {}}}\n", file.name, fs::file_size(folder / file.name),
                        sha256_file(folder / file.name));
  }
  return text;
}

/// A key that YAML reads as it is written.
std::string plain_key(const fs::path& folder) {
  std::string name = fs::absolute(folder).lexically_normal().filename().string();
  if (name.empty()) name = fs::absolute(folder).lexically_normal().parent_path().filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    return plain ? static_cast<char>(std::tolower(c)) : '_';
  });
  return name.empty() || (name.front() >= '0' && name.front() <= '9') ? "my_" + name : name;
}

/// Quoted for YAML.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

DatasetState examine(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  DatasetState state{.name = source.name, .finding = Finding::kMade, .sentence = "synthetic, made when it is needed"};
  if (is_synthetic(source.format)) return state;
  const std::optional<fs::path> folder = find_folder(source, data_folders);
  if (!folder) return {source.name, Finding::kMissing, missing_sentence(source, data_folders)};
  try {
    verify({source, *folder});
    check_whole({source, *folder});
    return {source.name, Finding::kFound, fmt::format("{} ({})", folder->string(), what_was_checked(source))};
  } catch (const BadInput& fault) {
    return {source.name, Finding::kWrong, fault.what()};
  }
}

std::string check_datasets(const std::vector<DatasetSource>& sources, const std::vector<std::string>& data_folders,
                           bool& all_well) {
  std::string text;
  all_well = true;
  for (const DatasetSource& source : sources) {
    const DatasetState state = examine(source, data_folders);
    all_well = all_well && (state.finding == Finding::kMade || state.finding == Finding::kFound);
    text += fmt::format("{:<16} {:<8} {}\n", state.name, word_of(state.finding), state.sentence);
  }
  return text;
}

std::string hash_folder(const fs::path& folder) {
  const std::vector<std::string> names = files_below(folder);
  const std::optional<Format> format = guess_format(names);
  if (!format) {
    throw BadInput(fmt::format("{}: none of the layouts that can be read ({}); data/README.md shows them",
                               folder.string(), fmt::join(kFormatNames.begin(), kFormatNames.begin() + 8, ", ")));
  }
  std::string text = fmt::format("datasets:\n  {}:\n    format: {}\n    folder: {}\n", plain_key(folder),
                                 name_of(*format), quoted(fs::absolute(folder).lexically_normal().string()));
  if (!is_folder(*format)) return text + file_lines(folder, *format);
  return text + fmt::format("    content_sha256: {}\n    classes: {}\n", content_hash(folder), class_folders(folder));
}

}  // namespace exitaudit::ingest
