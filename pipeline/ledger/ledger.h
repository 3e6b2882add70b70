#pragma once
// Ledger: what was tried, where, when, at what cost, and what failed. One append-only file of JSON lines per
// launch, written by its rank 0; reading folds all of them. The store says what is done; this says the rest.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exitaudit {

/// How an attempt at a job ended.
enum class Outcome {
  kDone,
  kFailed,        ///< the stage threw: waits for `retry`
  kCrashed,       ///< the worker died of a signal of its own making (SIGSEGV, SIGABRT, …): waits for `retry`
  kLost,          ///< killed from outside, or its owner vanished: repeated, twice at most
  kPreempted,     ///< stopped on request: repeated, not counted
  kTimeout,       ///< took longer than a job may: waits for `retry`
  kCorruptInput,  ///< an input's bytes were damaged; the input is rebuilt, then this job repeated
  kTakenOver,     ///< another launch holds the job now; nothing was committed
  kOutOfMemory,   ///< wanted more memory than it may have: waits for `retry`
};
std::string_view to_string(Outcome outcome);
bool waits_for_retry(Outcome outcome);               ///< a repetition would only end the same way
Outcome outcome_from_string(std::string_view text);  ///< throws Error(kFailure)

/// One attempt, as started and ended.
struct Attempt {
  std::string job;
  std::string fingerprint;
  std::string stage;
  std::string launch;
  int number = 1;  ///< counts from 1 for each fingerprint
  int rank = 0;
  std::string host;
  std::string device;
  std::string slurm_job;  ///< "123.0", "123_7.0": job id and restart count; "" outside Slurm
  double started = 0;     ///< unix seconds
  double seconds = 0;
  bool ended = false;
  Outcome outcome = Outcome::kLost;
  std::string message;  ///< signal or exception
  std::string content;  ///< content hash of what was committed
  std::uint64_t bytes = 0;
  double peak_memory_mb = 0;
  std::map<std::string, std::string> notes;  ///< what the stage saw of the machine: clocks, load, neighbours
  std::string log;                           ///< path of its log, relative to the study's folder
  std::vector<std::string> tail;             ///< last lines of the log where it failed
};

/// Facts of a launch, written once at its start.
struct LaunchRecord {
  std::string launch;
  std::string host;
  std::string version;  ///< exitaudit's version and commit
  std::string command;
  int ranks = 1;
  int slots = 1;
  double started = 0;
};

/// Appends; each line is written with one write() and survives the writer's death.
class LedgerWriter {
 public:
  /// Appends to folder/<launch>.jsonl, which it creates.
  LedgerWriter(const std::filesystem::path& folder, const LaunchRecord& launch);
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;
  void start(const Attempt& attempt);
  void end(const Attempt& attempt);
  /// Clears the failure mark of a fingerprint: `exitaudit retry`. `not_before`: when the attempt that it clears ended
  /// (JobHistory::last_word), for that host's clock may run ahead of ours.
  void retry(const std::string& job, const std::string& fingerprint, double not_before = 0);

 private:
  void append(std::string line);
  std::filesystem::path path_;
  int file_ = -1;
  bool torn_ = false;  ///< the last write was cut short (disk full): begin a new line first
};

/// What the ledger says of one fingerprint.
struct JobHistory {
  std::vector<Attempt> attempts;    ///< oldest first
  int lost_since_retry = 0;         ///< kLost attempts since the last retry or success
  bool failed_since_retry = false;  ///< its last word waits for `retry`, or it was lost too often
  double last_word = 0;             ///< unix seconds of the last end, start or retry
  double last_retry = 0;            ///< unix seconds of the last retry; 0 = there was none
};

inline constexpr int kLostAttemptsAllowed = 3;  ///< the first and two repetitions

struct LedgerSummary {
  std::vector<LaunchRecord> launches;
  std::unordered_map<std::string, JobHistory> jobs;  ///< by fingerprint
  std::map<std::string, double> median_seconds;      ///< by stage, of attempts that were done
  std::map<std::string, double> median_bytes;        ///< by stage
  std::size_t damaged_lines = 0;                     ///< skipped; a torn last line of a file is not counted
};

/// Folds all *.jsonl files of the folder (none is no error). A torn last line of a killed launch is skipped; an attempt
/// without an end whose launch is no longer alive (`alive` says, asked once a launch) or went on to another attempt at
/// the same job counts as kLost and as ended; one whose launch lives stays `ended == false`: it is running.
LedgerSummary read_ledger(const std::filesystem::path& folder,
                          const std::function<bool(const std::string& launch)>& alive);

}  // namespace exitaudit
