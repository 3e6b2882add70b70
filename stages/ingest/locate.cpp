#include "stages/ingest/locate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "stages/ingest/manifest.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

/// The folders that a "NAME=FOLDER" among `data_folders` gives this dataset, and the data folders themselves.
struct Places {
  std::vector<std::string> own;
  std::vector<fs::path> roots;
};

bool is_hint(const std::string& entry) {
  const std::size_t equals = entry.find('=');
  return equals != std::string::npos && equals > 0 && entry.find('/') > equals;
}

Places places_of(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  Places places;
  for (const std::string& entry : data_folders) {
    if (!is_hint(entry)) {
      places.roots.emplace_back(entry);
    } else if (entry.substr(0, entry.find('=')) == source.name) {
      places.own.push_back(entry.substr(entry.find('=') + 1));
    }
  }
  return places;
}

fs::path shipped_raw_folder() {
  try {
    return shipped_file("data/manifest.yaml").parent_path() / "raw";
  } catch (const BadInput&) {
    return {};
  }
}

std::vector<fs::path> system_roots() {
  const char* folders = std::getenv("XDG_DATA_DIRS");
  std::istringstream list(folders != nullptr && *folders != '\0' ? folders : "/usr/local/share:/usr/share");
  std::vector<fs::path> roots;
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) roots.push_back(fs::path(folder) / "datasets");
  }
  return roots;
}

/// How many of the source's files lie in `folder`; for folders of images, whether anything does.
std::size_t files_in(const DatasetSource& source, const fs::path& folder) {
  std::error_code error;
  if (is_folder(source.format)) {
    const fs::directory_iterator first(folder, error);
    return !error && first != fs::directory_iterator() ? 1 : 0;
  }
  const std::vector<RawFile> files = files_of(source);
  return static_cast<std::size_t>(std::count_if(
      files.begin(), files.end(), [&](const RawFile& file) { return fs::is_regular_file(folder / file.name, error); }));
}

std::string what_is_looked_for(const DatasetSource& source) {
  if (is_folder(source.format)) return fmt::format("a folder of layout {}", name_of(source.format));
  std::string names;
  for (const RawFile& file : files_of(source)) names += (names.empty() ? "" : ", ") + file.name;
  return names;
}

/// The manifest's entry of this name, for where to look and how to fetch; nothing where it has none.
std::optional<DatasetSource> shipped_entry(const std::string& name) {
  std::vector<DatasetSource> sources;
  try {
    sources = read_manifest(shipped_file("data/manifest.yaml"));
  } catch (const BadInput&) {
    return std::nullopt;
  }
  const auto found =
      std::find_if(sources.begin(), sources.end(), [&](const DatasetSource& entry) { return entry.name == name; });
  return found == sources.end() ? std::nullopt : std::optional(*found);
}

/// With what the shipped entry says of where to find it; the stage's settings say nothing of that.
DatasetSource completed(DatasetSource source) {
  if (const auto entry = shipped_entry(source.name)) {
    if (source.folder.empty()) source.folder = entry->folder;
    source.package = entry->package;
    source.url = entry->url;
  }
  return source;
}

std::string how_to_fetch(const DatasetSource& source) {
  std::string way;
  if (!source.package.empty()) way += fmt::format("install it with apt-get install {}, ", source.package);
  if (!source.url.empty() && shipped_entry(source.name))
    way += fmt::format("fetch it with data/fetch.sh {}, ", source.name);
  return way + fmt::format("put it in one of these places, or name its folder with --data {}=FOLDER", source.name);
}

}  // namespace

std::vector<fs::path> candidate_folders(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  Places places = places_of(source, data_folders);
  if (const fs::path shipped = shipped_raw_folder(); !shipped.empty()) places.roots.push_back(shipped);
  for (const fs::path& root : system_roots()) places.roots.push_back(root);
  places.own.push_back(source.folder.empty() ? source.name : source.folder);

  std::vector<fs::path> candidates;
  const auto add = [&](const fs::path& path) {
    const fs::path plain = path.lexically_normal();
    if (std::find(candidates.begin(), candidates.end(), plain) == candidates.end()) candidates.push_back(plain);
  };
  for (const std::string& folder : places.own) {
    if (fs::path(folder).is_absolute() || folder.starts_with("./") || folder.starts_with("../")) add(folder);
  }
  for (const std::string& folder : places.own) {
    if (fs::path(folder).is_absolute()) continue;
    for (const fs::path& root : places.roots) add(root / folder);
  }
  return candidates;
}

std::optional<fs::path> find_folder(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  const std::size_t wanted = is_folder(source.format) ? 1 : files_of(source).size();
  std::optional<fs::path> partial;
  for (const fs::path& folder : candidate_folders(source, data_folders)) {
    const std::size_t there = files_in(source, folder);
    if (there == wanted) return folder;
    if (there > 0 && !partial) partial = folder;
  }
  return partial;
}

std::string missing_sentence(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  const DatasetSource known = completed(source);
  std::string places;
  for (const fs::path& folder : candidate_folders(known, data_folders)) places += "\n  " + folder.string();
  return fmt::format("dataset {}: not found; {}. Looked for {} in:{}", known.name, how_to_fetch(known),
                     what_is_looked_for(known), places);
}

RawSource locate(const DatasetSource& source, const std::vector<std::string>& data_folders) {
  if (is_synthetic(source.format)) return {source, {}};
  const DatasetSource known = completed(source);
  if (const auto folder = find_folder(known, data_folders)) return {known, *folder};
  throw BadInput(missing_sentence(known, data_folders));
}

std::vector<std::string> folder_hints(const std::vector<DatasetSource>& sources) {
  std::vector<std::string> hints;
  for (const DatasetSource& source : sources) {
    if (!source.folder.empty()) hints.push_back(source.name + "=" + source.folder);
  }
  return hints;
}

}  // namespace exitaudit::ingest
