#include "pipeline/slurm/submissions.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"

namespace exitaudit {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 26;

std::optional<SubmissionRecord> parse(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    SubmissionRecord record;
    const auto link = std::ranges::find(kLinkNames, json.at("link").get<std::string>());
    if (link == kLinkNames.end()) return std::nullopt;
    record.link = static_cast<Link>(link - kLinkNames.begin());
    record.id = json.at("id").get<std::string>();
    record.token = json.at("token").get<std::string>();
    record.study = json.value("study", std::string());
    record.script = json.value("script", std::string());
    record.cancelled = json.value("cancelled", false);
    record.launches = json.at("launches").get<std::int64_t>();
    record.submitted = json.at("submitted").get<double>();
    return record;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

bool ends_in_a_line(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() <= 0) return true;
  file.seekg(-1, std::ios::end);
  return file.get() == '\n';
}

}  // namespace

std::vector<SubmissionRecord> read_submissions(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return {};
  std::vector<SubmissionRecord> records;
  std::istringstream lines(read_file(file, kLargestFile));
  for (std::string line; std::getline(lines, line);) {
    auto record = parse(line);
    if (!record) continue;
    const auto earlier = std::ranges::find(records, record->token, &SubmissionRecord::token);
    if (earlier == records.end()) {
      records.push_back(*std::move(record));
    } else {
      *earlier = *std::move(record);
    }
  }
  return records;
}

void add_submission(const std::filesystem::path& file, const SubmissionRecord& record) {
  const nlohmann::ordered_json json{{"link", name(record.link)},   {"id", record.id},
                                    {"token", record.token},       {"study", record.study},
                                    {"script", record.script},     {"cancelled", record.cancelled},
                                    {"launches", record.launches}, {"submitted", record.submitted}};
  // A line that a full disk or a kill has torn must not swallow this one.
  const std::string line = (ends_in_a_line(file) ? "" : "\n") + json.dump() + "\n";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) throw_errno("cannot note a submission in " + file.string());
  const ssize_t written = ::write(descriptor, line.data(), line.size());
  ::close(descriptor);
  if (written != static_cast<ssize_t>(line.size())) throw_errno("cannot note a submission in " + file.string());
}

std::vector<LiveSubmission> live_submissions(const std::vector<SubmissionRecord>& records,
                                             const std::vector<QueuedJob>& queue) {
  std::vector<LiveSubmission> live;
  for (const SubmissionRecord& record : records) {
    LiveSubmission each{record, {}};
    std::ranges::copy_if(queue, std::back_inserter(each.jobs),
                         [&](const QueuedJob& job) { return job.token == record.token && !job.ended(); });
    if (each.jobs.empty()) continue;
    each.record.id = each.jobs.front().id.substr(0, each.jobs.front().id.find('_'));
    live.push_back(std::move(each));
  }
  return live;
}

}  // namespace exitaudit
