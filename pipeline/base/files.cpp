#include "pipeline/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

/// A descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0644) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
    if (fd_ < 0) throw_errno("cannot open " + path.string());
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

fs::path beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / fmt::format(".{}.{}.{}.{}", path.filename().string(), host_name(), ::getpid(), counter++);
}

void write_durably(const fs::path& path, std::string_view content) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno("cannot write " + path.string());
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) throw_errno("cannot make " + path.string() + " durable");
}

/// Deletes a file that was only a means.
class Discard {
 public:
  explicit Discard(fs::path path) : path_(std::move(path)) {}
  ~Discard() { ::unlink(path_.c_str()); }
  Discard(const Discard&) = delete;
  Discard& operator=(const Discard&) = delete;

 private:
  fs::path path_;
};

}  // namespace

std::string read_file(const fs::path& path, std::size_t limit) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) throw BadInput(path.string() + ": there is no such file");
  const auto size = fs::file_size(path, error);
  if (error) throw BadInput(fmt::format("{}: cannot be read: {}", path.string(), error.message()));
  if (size > limit) throw BadInput(fmt::format("{}: {} bytes; at most {} are expected", path.string(), size, limit));
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) {
    // An empty file sets the fail bit of operator<<, nothing else does without bad().
    if (size == 0 && !file.bad()) return "";
    throw BadInput(path.string() + ": cannot be read");
  }
  return content.str();
}

void replace_file(const fs::path& path, std::string_view content) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  const fs::path temporary = beside(path);
  const Discard discard(temporary);
  write_durably(temporary, content);
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("cannot write " + path.string());
  sync_folder(path);
}

bool create_exclusively(const fs::path& path, std::string_view content) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  const fs::path temporary = beside(path);
  const Discard discard(temporary);
  write_durably(temporary, content);
  const int result = ::link(temporary.c_str(), path.c_str());
  const int code = errno;
  struct stat status {};
  // On NFS a lost answer may report failure for a link that was made: the link count tells.
  if (result == 0 || (::stat(temporary.c_str(), &status) == 0 && status.st_nlink == 2)) return true;
  errno = code;
  if (code != EEXIST) throw_errno("cannot create " + path.string());
  return false;
}

void sync_file(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (::fsync(file.get()) != 0) throw_errno("cannot make " + path.string() + " durable");
}

void sync_folder(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor file(folder, O_RDONLY | O_DIRECTORY);
  if (::fsync(file.get()) != 0) throw_errno("cannot make " + folder.string() + " durable");
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

fs::path executable_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

fs::path shipped_file(std::string_view name) {
  std::vector<fs::path> roots;
  if (const char* share = std::getenv("EXITAUDIT_SHARE")) roots.emplace_back(share);
  const fs::path folder = executable_path().parent_path();
  roots.push_back(folder / ".." / "share" / "exitaudit");
  // Build folders lie some levels below the source tree: build/release, build/release/tests/jobs.
  for (fs::path up = folder; up.has_relative_path(); up = up.parent_path()) roots.push_back(up);
  std::string tried;
  for (const fs::path& root : roots) {
    std::error_code error;
    const fs::path candidate = (root / name).lexically_normal();
    if (fs::is_regular_file(candidate, error)) return candidate;
    tried += "\n  " + candidate.string();
  }
  throw BadInput(
      fmt::format("{} is missing; set EXITAUDIT_SHARE to the folder that holds it. Looked at:{}", name, tried));
}

namespace {

bool names_job(std::string_view pattern, std::string_view job) {
  if (!pattern.empty() && pattern.back() == '*') return job.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == job;
}

/// At most once where EXITAUDIT_FAULT_ONCE is set: the mark file is made by exclusive creation.
bool still_to_fire(std::string_view point) {
  const char* once = std::getenv("EXITAUDIT_FAULT_ONCE");
  return once == nullptr || create_exclusively(fmt::format("{}.{}", once, point), "fired\n");
}

/// Takes memory until there is no more, or until 64 GiB prove that nobody limits it.
void hoard() {
  constexpr std::size_t kPiece = std::size_t{64} << 20;
  std::vector<std::vector<char>> pieces;
  for (int i = 0; i < 1024; ++i) pieces.emplace_back(kPiece, 'x');
}

void inject(std::string_view action, std::string_view point, std::string_view job) {
  if (action == "kill") ::kill(::getpid(), SIGKILL);
  if (action == "abort") std::abort();
  if (action == "stop") ::raise(SIGSTOP);
  if (action == "sleep") ::sleep(3600);
  if (action == "hoard") hoard();
  if (action == "throw") throw Error(ErrorKind::kFailure, fmt::format("injected at {} of {}", point, job));
}

}  // namespace

void fault_point(std::string_view point, std::string_view job) {
  static const char* const faults = std::getenv("EXITAUDIT_FAULT");
  if (faults == nullptr) return;
  std::istringstream list(faults);
  for (std::string fault; std::getline(list, fault, ',');) {
    const auto at = fault.find('@');
    const auto is = fault.rfind('=');
    if (at == std::string::npos || is == std::string::npos || is < at) continue;
    const std::string_view text = fault;
    if (text.substr(0, at) != point || !names_job(text.substr(at + 1, is - at - 1), job)) continue;
    if (still_to_fire(point)) inject(text.substr(is + 1), point, job);
  }
}

}  // namespace exitaudit
