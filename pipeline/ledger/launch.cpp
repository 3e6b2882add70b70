#include "pipeline/ledger/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <sstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

struct ProcessStat {
  char state = '?';
  std::int64_t started = 0;  // clock ticks since boot
};

/// Fields 3 and 22 of /proc/PID/stat; the command in field 2 may hold anything, so count from its last parenthesis.
std::optional<ProcessStat> read_process(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto end = text.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(end + 1));
  ProcessStat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> stat.started;
  return fields ? std::optional(stat) : std::nullopt;
}

bool process_exists(const LaunchIdentity& identity) {
  if (identity.pid <= 0) return true;  // not known, so not provably gone
  const int answer = ::kill(static_cast<pid_t>(identity.pid), 0);
  if (answer != 0 && errno == ESRCH) return false;
  const auto process = read_process(identity.pid);
  if (!process) return true;  // another user's, hidden from us
  return process->state != 'Z' && process->state != 'X' && process->started == identity.pid_started;
}

std::string pid_namespace() {
  std::error_code error;
  return fs::read_symlink("/proc/self/ns/pid", error).string();
}

/// Seconds since this machine started, time asleep included.
double uptime() {
  timespec time{};
  if (::clock_gettime(CLOCK_BOOTTIME, &time) != 0) return std::numeric_limits<double>::infinity();
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// `silent_seconds`: since its last beat. Hosts may share a name, so a launch of another boot is only known to be of an
/// earlier boot of this machine if it has not beaten since this one began.
bool provably_gone(const LaunchIdentity& identity, double silent_seconds) {
  if (identity.host.empty() || identity.host != host_name()) return false;
  const std::string boot = boot_id();
  if (identity.boot != boot && !identity.boot.empty() && !boot.empty()) return silent_seconds > uptime();
  return identity.pid_namespace == pid_namespace() && !process_exists(identity);
}

fs::path heartbeat_path(const fs::path& folder, const std::string& launch) {
  return folder / "launches" / (launch + ".heartbeat");
}

/// Sets the modification time to now: the file server's now on NFS.
bool touch(const fs::path& path) {
  return ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

std::optional<double> modified(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return static_cast<double>(status.st_mtim.tv_sec) + 1e-9 * static_cast<double>(status.st_mtim.tv_nsec);
}

/// Now, by the clock that stamps files in `folder`; by our own where we may not write there.
double server_now(const fs::path& folder) {
  static std::atomic<unsigned> counter{0};
  const fs::path probe = folder / fmt::format(".now.{}.{}.{}", host_name(), ::getpid(), counter++);
  const int file = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  std::optional<double> now;
  if (file >= 0) {
    ::close(file);
    touch(probe);
    now = modified(probe);
    ::unlink(probe.c_str());
  }
  return now ? *now : std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

/// "123.0", of an array "123_7.0": as squeue and scancel name it, for the bare number of an array's last task is the
/// array's own.
std::string slurm_job() {
  const std::string array = variable("SLURM_ARRAY_JOB_ID", "");
  const std::string job =
      array.empty() ? variable("SLURM_JOB_ID", "") : fmt::format("{}_{}", array, variable("SLURM_ARRAY_TASK_ID", "0"));
  return job.empty() ? "" : fmt::format("{}.{}", job, variable("SLURM_RESTART_COUNT", "0"));
}

/// Fit for a file name.
std::string plain(std::string text) {
  for (char& c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_') c = '_';
  }
  return text;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%S", &utc)};
}

std::string text_of(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_of(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace

LaunchIdentity this_launch() {
  LaunchIdentity self;
  self.host = host_name();
  self.boot = boot_id();
  self.pid_namespace = pid_namespace();
  self.pid = ::getpid();
  if (const auto process = read_process(self.pid)) self.pid_started = process->started;
  self.slurm_job = slurm_job();
  self.launch = fmt::format("{}-{}-{}-{:04x}", utc_now(), plain(self.host), self.pid, std::random_device{}() & 0xffffU);
  return self;
}

std::string to_json(const LaunchIdentity& identity) {
  const nlohmann::ordered_json json{{"launch", identity.launch},
                                    {"host", identity.host},
                                    {"boot", identity.boot},
                                    {"pid_namespace", identity.pid_namespace},
                                    {"pid", identity.pid},
                                    {"pid_started", identity.pid_started},
                                    {"slurm_job", identity.slurm_job}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

LaunchIdentity launch_identity_from_json(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  LaunchIdentity identity;
  if (!json.is_object()) return identity;
  identity.launch = text_of(json, "launch");
  identity.host = text_of(json, "host");
  identity.boot = text_of(json, "boot");
  identity.pid_namespace = text_of(json, "pid_namespace");
  identity.pid = number_of(json, "pid");
  identity.pid_started = number_of(json, "pid_started");
  identity.slurm_job = text_of(json, "slurm_job");
  return identity;
}

Heartbeat::Heartbeat(const fs::path& folder, const LaunchIdentity& identity, double every_seconds)
    : path_(heartbeat_path(folder, identity.launch)), content_(to_json(identity)) {
  replace_file(path_, content_);
  // The program's signals are for its main thread: the beating thread starts with all of them blocked.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this, every_seconds] { beat_until_stopped(every_seconds); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void Heartbeat::beat_until_stopped(double every_seconds) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(every_seconds), [this] { return stop_; })) {
    lock.unlock();  // a hanging file server must not keep the destructor from saying stop
    try {
      if (!touch(path_) && errno == ENOENT) replace_file(path_, content_);
    } catch (const std::exception&) {
      // A beat that fails (disk full, server away) is a beat left out; the next one tries again.
    }
    lock.lock();
  }
}

bool launch_alive(const fs::path& folder, const std::string& launch, double limit_seconds) {
  const fs::path path = heartbeat_path(folder, launch);
  LaunchIdentity identity;
  try {
    identity = launch_identity_from_json(read_file(path, 1 << 16));
  } catch (const BadInput&) {
    return false;  // a launch that ended took its heartbeat with it
  }
  const auto last_beat = modified(path);
  if (!last_beat) return false;
  const double silent = server_now(path.parent_path()) - *last_beat;
  return silent < limit_seconds && !provably_gone(identity, silent);
}

}  // namespace exitaudit
