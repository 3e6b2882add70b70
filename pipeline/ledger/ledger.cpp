#include "pipeline/ledger/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 9> kOutcomeNames{
    "done", "failed", "crashed", "lost", "preempted", "timeout", "corrupt_input", "taken_over", "out_of_memory"};

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Json describe_start(const Attempt& a) {
  return {{"job", a.job},
          {"fingerprint", a.fingerprint},
          {"stage", a.stage},
          {"launch", a.launch},
          {"number", a.number},
          {"rank", a.rank},
          {"host", a.host},
          {"device", a.device},
          {"slurm_job", a.slurm_job},
          {"started", a.started},
          {"log", a.log}};
}

/// Messages and log lines may hold any bytes: what is not UTF-8 is replaced.
std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  return kOutcomeNames.at(static_cast<std::size_t>(outcome));
}

bool waits_for_retry(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kCrashed || outcome == Outcome::kTimeout ||
         outcome == Outcome::kOutOfMemory;
}

Outcome outcome_from_string(std::string_view text) {
  const auto found = std::ranges::find(kOutcomeNames, text);
  if (found == kOutcomeNames.end()) {
    throw Error(ErrorKind::kFailure,
                fmt::format("\"{}\" is no outcome of a job; outcomes are {}", text, fmt::join(kOutcomeNames, ", ")));
  }
  return static_cast<Outcome>(found - kOutcomeNames.begin());
}

LedgerWriter::LedgerWriter(const fs::path& folder, const LaunchRecord& launch)
    : path_(folder / (launch.launch + ".jsonl")) {
  std::error_code ignored;  // the open below tells
  fs::create_directories(folder, ignored);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) throw_errno("cannot write the ledger " + path_.string());
  append(to_line({{"event", "launch"},
                  {"launch", launch.launch},
                  {"host", launch.host},
                  {"version", launch.version},
                  {"command", launch.command},
                  {"ranks", launch.ranks},
                  {"slots", launch.slots},
                  {"started", launch.started}}));
}

LedgerWriter::~LedgerWriter() {
  if (file_ >= 0) ::close(file_);
}

void LedgerWriter::start(const Attempt& attempt) {
  Json line{{"event", "start"}};
  line.update(describe_start(attempt));
  append(to_line(line));
}

void LedgerWriter::end(const Attempt& attempt) {
  Json line{{"event", "end"}};
  line.update(describe_start(attempt));
  line["seconds"] = attempt.seconds;
  line["outcome"] = to_string(attempt.outcome);
  line["message"] = attempt.message;
  line["content"] = attempt.content;
  line["bytes"] = attempt.bytes;
  line["peak_memory_mb"] = attempt.peak_memory_mb;
  if (!attempt.notes.empty()) line["notes"] = attempt.notes;
  line["tail"] = attempt.tail;
  append(to_line(line));
}

void LedgerWriter::retry(const std::string& job, const std::string& fingerprint, double not_before) {
  append(to_line(
      {{"event", "retry"}, {"job", job}, {"fingerprint", fingerprint}, {"at", std::max(unix_now(), not_before)}}));
}

void LedgerWriter::append(std::string line) {
  if (torn_) line.insert(line.begin(), '\n');
  line += '\n';
  ssize_t written = -1;
  do written = ::write(file_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) {
    torn_ = false;
    return;
  }
  if (written > 0) torn_ = true;
  if (written >= 0) errno = ENOSPC;
  throw_errno("cannot write the ledger " + path_.string());
}

}  // namespace exitaudit
