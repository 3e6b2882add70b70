#include "pipeline/slurm/last_launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "pipeline/run/log_tail.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

/// "compute-12.log", or of an array "compute-12_3.log": as the batch script's --output has it.
bool is_log_of(const SubmissionRecord& record, const std::string& file) {
  const std::string begin = fmt::format("{}-{}", name(record.link), record.id);
  if (!file.starts_with(begin) || !file.ends_with(".log")) return false;
  const std::string index = file.substr(begin.size(), file.size() - begin.size() - 4);
  return index.empty() ||
         (index.size() > 1 && index[0] == '_' && index.find_first_not_of("0123456789", 1) == std::string::npos);
}

LastLaunch logs_of(const SubmissionRecord& record, const fs::path& folder) {
  LastLaunch launch{record, {}, 0, {}};
  std::error_code none;
  fs::file_time_type newest = fs::file_time_type::min();
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (!is_log_of(record, entry.path().filename().string())) continue;
    ++launch.logs;
    const auto written = entry.last_write_time(none);
    if (!launch.log.empty() && written <= newest) continue;
    newest = written;
    launch.log = entry.path();
  }
  return launch;
}

}  // namespace

std::optional<LastLaunch> last_launch(const std::vector<SubmissionRecord>& records, const fs::path& folder) {
  std::optional<LastLaunch> found;
  for (const SubmissionRecord& record : std::views::reverse(records)) {
    if (record.link == Link::kReport || record.id.empty()) continue;
    LastLaunch launch = logs_of(record, folder);
    const bool has_log = launch.logs > 0;
    if (has_log || !found) found = std::move(launch);
    if (has_log) break;
  }
  if (!found || found->log.empty()) return found;
  found->tail = log_tail(found->log);
  if (found->tail.size() > kLastLaunchLines)
    found->tail.erase(found->tail.begin(), found->tail.end() - kLastLaunchLines);
  return found;
}

}  // namespace exitaudit
