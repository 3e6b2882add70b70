#include "pipeline/slurm/controller.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <sstream>
#include <string_view>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

constexpr std::array kPauses{1.0, 4.0, 15.0};  // seconds between the tries of one call
constexpr std::ptrdiff_t kMostCauses = 3;      // lines of what Slurm said that are passed on, the last ones

/// What a busy or restarting controller says; anything else is an answer.
bool is_transient(const CommandResult& result) {
  if (result.status == 124) return true;
  constexpr std::array<std::string_view, 6> kSigns{"Socket timed out", "Unable to contact",    "Connection refused",
                                                   "temporarily",      "Slurm controller not", "Transport endpoint"};
  return result.status != 0 &&
         std::ranges::any_of(kSigns, [&](auto sign) { return result.error.find(sign) != std::string::npos; });
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// The first line that holds `sign`, or nothing.
std::string line_with(std::string_view sign, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(sign) != std::string::npos) return line;
  }
  return {};
}

[[noreturn]] void refuse(const std::string& program, const CommandResult& result) {
  const std::string words = cause_of(result);
  if (result.status == 127) {
    throw Error(ErrorKind::kFailure,
                fmt::format("there is no {} on this machine: Slurm is not installed here", program));
  }
  if (result.status == 124) throw Error(ErrorKind::kFailure, fmt::format("{} gave no answer in time", program));
  throw Error(ErrorKind::kFailure, fmt::format("{} failed with exit code {}: {}", program, result.status,
                                               words.empty() ? "no word" : words));
}

std::vector<std::string> split(const std::string& line, char separator, std::size_t most) {
  std::vector<std::string> parts;
  std::size_t place = 0;
  while (parts.size() + 1 < most) {
    const std::size_t end = line.find(separator, place);
    if (end == std::string::npos) break;
    parts.push_back(line.substr(place, end - place));
    place = end + 1;
  }
  parts.push_back(line.substr(place));
  return parts;
}

}  // namespace

bool QueuedJob::ended() const {
  constexpr std::array<std::string_view, 10> kOver{"COMPLETED", "CANCELLED",     "FAILED",   "TIMEOUT", "NODE_FAIL",
                                                   "BOOT_FAIL", "OUT_OF_MEMORY", "DEADLINE", "REVOKED", "SPECIAL_EXIT"};
  return std::ranges::find(kOver, state) != kOver.end();
}

std::optional<double> QueuedJob::started() const {
  if (state == "PENDING") return std::nullopt;
  std::tm time{};
  const char* end = ::strptime(start.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  time.tm_isdst = -1;  // squeue tells local time; mktime finds out
  const std::time_t seconds = std::mktime(&time);
  return seconds < 0 ? std::nullopt : std::optional(static_cast<double>(seconds));
}

std::string cause_of(const CommandResult& result) {
  // sbatch --test-only ends with "allocation failure: …". A site's own words come as errors, too, its greeting among
  // them.
  constexpr std::string_view kError = "error: ";
  std::vector<std::string> causes;
  std::istringstream lines(result.error);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t place = line.find(kError);
    if (place != std::string::npos) {
      causes.push_back(line.substr(place + kError.size()));
    } else if (line.find("failure: ") != std::string::npos) {
      causes.push_back(line);
    }
  }
  if (causes.empty()) return first_line(result.error.empty() ? result.output : result.error);
  causes.erase(causes.begin(), causes.end() - std::min<std::ptrdiff_t>(std::ssize(causes), kMostCauses));
  return fmt::format("{}", fmt::join(causes, "; "));
}

CommandResult Controller::ask(const std::vector<std::string>& words, const std::function<bool()>& was_heard) {
  CommandResult result = runner_.run(words);
  for (const double pause : kPauses) {
    if (tries_ == Tries::kOne || !is_transient(result)) break;
    clock_.sleep_seconds(pause);
    if (was_heard && was_heard()) break;
    result = runner_.run(words);
  }
  return result;
}

std::optional<std::string> Controller::find(const std::string& token) {
  for (const QueuedJob& job : queue()) {
    if (job.token == token) return job.id.substr(0, job.id.find('_'));
  }
  return std::nullopt;
}

std::string Controller::submit(const std::string& script, const std::string& token,
                               const std::vector<std::string>& after) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  if (!after.empty()) {
    words.push_back(fmt::format("--dependency=afterany:{}", fmt::join(after, ":")));
    words.emplace_back("--kill-on-invalid-dep=yes");
  }
  words.push_back(script);
  std::optional<std::string> heard;
  const CommandResult result = ask(words, [&] { return (heard = find(token)).has_value(); });
  if (heard) return *heard;
  if (result.status != 0) refuse("sbatch", result);
  // "123" or, with several clusters, "123;name".
  const std::string line = first_line(result.output);
  const std::string id = line.substr(0, line.find(';'));
  if (id.empty() || !std::ranges::all_of(id, [](unsigned char c) { return std::isdigit(c) != 0; })) {
    throw Error(ErrorKind::kFailure, fmt::format("sbatch answered \"{}\", which is no job's number", line));
  }
  return id;
}

bool Controller::wait_for(const std::string& id, const std::vector<std::string>& after) {
  const CommandResult result =
      ask({"scontrol", "update", "JobId=" + id, fmt::format("Dependency=afterany:{}", fmt::join(after, ":"))});
  return result.status == 0;
}

Trial Controller::try_out(const std::string& script) {
  const CommandResult result = ask({"sbatch", "--test-only", script});
  if (result.status != 0) return {false, cause_of(result)};
  // "sbatch: Job 7 to start at 2026-11-26T12:35:45 using 3 processors on nodes node[1-3] in partition main"
  constexpr std::string_view kSign = "start at ";
  const std::string line = line_with(kSign, result.error);
  return {true, line.empty() ? "Slurm would take it" : "could " + line.substr(line.find(kSign))};
}

std::vector<QueuedJob> Controller::queue() {
  const CommandResult result =
      ask({"squeue", "--noheader", "--array", fmt::format("--user={}", ::getuid()), "--format=%i|%T|%S|%k|%r"});
  if (result.status != 0) refuse("squeue", result);
  std::vector<QueuedJob> jobs;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    const auto parts = split(line, '|', 5);
    if (parts.size() == 5) jobs.push_back({parts[0], parts[1], parts[4], parts[2], parts[3]});
  }
  return jobs;
}

std::int64_t Controller::most_launches() {
  const CommandResult result = ask({"scontrol", "show", "config"});
  std::istringstream lines(result.status == 0 ? result.output : "");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("MaxArraySize")) continue;
    const std::size_t place = line.find_first_of("0123456789");
    if (place == std::string::npos) break;
    std::int64_t size = 0;
    std::from_chars(line.data() + place, line.data() + line.size(), size);
    return std::max<std::int64_t>(1, size);  // the largest index is one less
  }
  return kUsualArray;
}

void Controller::cancel(const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  std::vector<std::string> words{"scancel"};
  words.insert(words.end(), ids.begin(), ids.end());
  const CommandResult result = ask(words);
  if (result.status != 0) refuse("scancel", result);
}

}  // namespace exitaudit
