#pragma once
// Launches: who works on a study, and whether they still live. A launch has one heartbeat file; its age is judged by
// the file server's clock, and a launch whose process is provably gone is dead at once.

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace exitaudit {

/// Who a launch is: enough to tell whether it still lives.
struct LaunchIdentity {
  std::string launch;  ///< unique: time, host, pid, random digits
  std::string host;
  std::string boot;
  std::string pid_namespace;  ///< pids of another container say nothing
  std::int64_t pid = 0;
  std::int64_t pid_started = 0;  ///< the process' start time in clock ticks: pids are reused
  std::string slurm_job;         ///< job id and restart count, or ""
};

/// A new identity for this process, "20261123T114500-host-4711-9f3a": ask once a launch.
LaunchIdentity this_launch();

/// One line of JSON, as leases and heartbeats hold it.
std::string to_json(const LaunchIdentity& identity);
/// Fields that are missing or malformed stay empty: a damaged file names nobody.
LaunchIdentity launch_identity_from_json(const std::string& text);

/// Beats from a thread of its own until destroyed; the file then disappears. A launch killed with -9 leaves it behind.
/// The file exists when the constructor returns; if someone deletes it, the next beat makes it again.
class Heartbeat {
 public:
  /// `folder`: the study's ledger/ folder; the file is folder/launches/<launch>.heartbeat.
  Heartbeat(const std::filesystem::path& folder, const LaunchIdentity& identity, double every_seconds);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void beat_until_stopped(double every_seconds);

  std::filesystem::path path_;
  std::string content_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

/// Whether the launch may still be at work: heartbeat younger than `limit_seconds` by the file server's clock, and not
/// provably gone (same host and boot without such a process, or not heard of since this host's boot). `folder`: the
/// study's ledger/ folder.
bool launch_alive(const std::filesystem::path& folder, const std::string& launch, double limit_seconds);

}  // namespace exitaudit
