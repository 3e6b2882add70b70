#include "stages/ingest/content_hash.h"

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  try {
    for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
      if (at->path().filename().string().front() == '.') {
        if (at->is_directory()) at.disable_recursion_pending();
        continue;
      }
      if (at->is_regular_file()) names.push_back(at->path().lexically_relative(folder).generic_string());
    }
  } catch (const fs::filesystem_error& error) {
    throw BadInput(folder.string() + ": cannot be read: " + error.code().message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string content_hash(const fs::path& folder) {
  Sha256 hash;
  for (const std::string& name : files_below(folder)) hash.field(name).field(sha256_file(folder / name));
  return hash.hex();
}

}  // namespace exitaudit::ingest
