#include "pipeline/artifact/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kDigits = 12;  ///< of the fingerprint, in a file's name

bool lies_in_its_nouns_folder(const fs::path& path, const std::string& noun) {
  return path.parent_path().filename() == noun;
}

/// Files "<noun>/<noun>-<12 digits>.h5" plus what `suffix` matches.
std::vector<fs::path> files_named(const fs::path& folder, const std::string& suffix) {
  const std::regex pattern(R"(([a-z0-9_]+)-[0-9a-f]{12}\.h5)" + suffix);
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::smatch match;
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (!std::regex_match(name, match, pattern) || !at->is_regular_file(ignored)) continue;
    if (lies_in_its_nouns_folder(at->path(), match[1])) found.push_back(at->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(ErrorKind::kFailure, fmt::format("cannot list {}: {}", folder.string(), error.message()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Store::Store(fs::path folder) : folder_(std::move(folder)) {}

fs::path Store::path(const std::string& noun, const std::string& fingerprint) const {
  require(fingerprint.size() >= kDigits, fmt::format("\"{}\" is no fingerprint", fingerprint));
  return folder_ / noun / fmt::format("{}-{}.h5", noun, fingerprint.substr(0, kDigits));
}

std::optional<Seal> Store::find(const std::string& noun, const std::string& fingerprint) const {
  const fs::path file = path(noun, fingerprint);
  std::error_code error;
  if (fs::status(file, error).type() == fs::file_type::not_found) return std::nullopt;
  Seal seal = read_seal(file);
  if (seal.noun != noun || seal.fingerprint != fingerprint) {
    throw Error(ErrorKind::kCorruptArtifact,
                fmt::format("{}: holds {} {}, not {} {}; it was renamed or copied here, run again to rebuild it",
                            file.string(), seal.noun, seal.fingerprint, noun, fingerprint));
  }
  return seal;
}

std::vector<fs::path> Store::list() const {
  return files_named(folder_, "");
}

std::vector<fs::path> Store::list_partials() const {
  return files_named(folder_, R"(\..+\.partial)");
}

void Store::remove(const fs::path& path) const {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw Error(ErrorKind::kFailure, fmt::format("cannot delete {}: {}", path.string(), error.message()));
}

}  // namespace exitaudit
