#include "pipeline/run/clean_up.h"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <string_view>

#include "pipeline/base/files.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

constexpr double kAbandonedSeconds = 86400;

/// Whether "NAME.h5.<host>.<pid>.….partial" names this host and a process that is gone.
bool writer_is_gone(const std::string& name) {
  const std::string mark = ".h5." + host_name() + ".";
  const auto at = name.find(mark);
  if (at == std::string::npos) return false;
  const std::string_view digits = std::string_view(name).substr(at + mark.size());
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (error != std::errc() || pid <= 0) return false;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

bool is_abandoned(const fs::path& path, double now) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && now - static_cast<double>(status.st_mtime) > kAbandonedSeconds;
}

}  // namespace

std::size_t remove_dead_partials(const Store& store, const Clock& clock) {
  std::size_t removed = 0;
  for (const fs::path& partial : store.list_partials()) {
    if (!writer_is_gone(partial.filename().string()) && !is_abandoned(partial, clock.unix_seconds())) continue;
    store.remove(partial);
    ++removed;
  }
  return removed;
}

void remove_done_checkpoints(const StudyFolders& folders, const Snapshot& snapshot) {
  std::error_code error;
  for (fs::directory_iterator at(folders.all_checkpoints(), error), end; !error && at != end; at.increment(error)) {
    const auto found = snapshot.artifacts.find(at->path().filename().string());
    if (found == snapshot.artifacts.end() || found->second.corrupt) continue;
    std::error_code ignored;
    fs::remove_all(at->path(), ignored);
  }
}

}  // namespace exitaudit
