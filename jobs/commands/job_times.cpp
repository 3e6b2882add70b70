#include "jobs/commands/job_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "jobs/job_book.h"
#include "jobs/stage_list.h"
#include "pipeline/base/error.h"
#include "pipeline/config/yaml_reader.h"

namespace exitaudit {
namespace {

constexpr double kUnknown = -1;
constexpr RealRange kSeconds{.low = 0, .open_low = true};
const std::string kAny = "*";  // an axis that an entry does not name

using Axes = std::vector<std::pair<std::string, std::string>>;

/// The axes that jobs have, each with any value.
Axes any_axes() {
  Axes axes = JobBook::axes(Cell{}, "");
  for (auto& [axis, value] : axes) value = kAny;
  return axes;
}

struct Entry {
  int stage = -1;  ///< its place in stage_list()
  Axes axes = any_axes();
  double seconds = kUnknown;

  std::ptrdiff_t named_axes() const {
    return std::ranges::count_if(axes, [](const auto& axis) { return axis.second != kAny; });
  }
  bool fits(const Job& job) const {
    return job.stage.name == stage_list()[static_cast<std::size_t>(stage)].name &&
           std::ranges::all_of(axes, [&](const auto& axis) {
             return axis.second == kAny || std::ranges::find(job.axes, axis) != job.axes.end();
           });
  }
};

struct TimesFile {
  std::string source;
  std::map<std::string, double> by_stage;  ///< all stages; kUnknown where the file is silent
  std::vector<Entry> entries;
};

std::vector<std::string_view> stage_names() {
  std::vector<std::string_view> names;
  for (const StageInfo& stage : stage_list()) names.emplace_back(stage.name);
  return names;
}

void describe(Fields& f, Entry& entry, const std::vector<std::string_view>& stages) {
  f.choice_index("stage", entry.stage, stages, "whose jobs");
  for (auto& [axis, value] : entry.axes) f.text(axis, value, "only jobs with this value");
  f.real("seconds", entry.seconds, kSeconds, "that each takes");
}

void describe(Fields& f, TimesFile& file, const std::vector<std::string_view>& stages) {
  f.text("source", file.source, "where the times are from");
  f.block(
      "default",
      [&](Fields& inner) {
        for (auto& [stage, seconds] : file.by_stage) inner.real(stage, seconds, kSeconds, "seconds");
      },
      "seconds by stage, where no entry fits");
  f.block_list("times", ListForm::kList,
               {.size = file.entries.size(),
                .resize = [&](std::size_t size) { file.entries.assign(size, Entry{}); },
                .key = {},
                .visit = [&](std::size_t i, Fields& inner) { describe(inner, file.entries[i], stages); }},
               "seconds by stage and axes");
}

std::string path_of(std::size_t entry) {
  return fmt::format("times.{}", entry);
}

TimesFile read_times_file(const YamlDocument& document) {
  const std::vector<std::string_view> stages = stage_names();
  TimesFile file;
  for (const std::string_view stage : stages) file.by_stage[std::string(stage)] = kUnknown;
  std::vector<std::string> faults = document.read([&](Fields& f) { describe(f, file, stages); });
  throw_faults(faults);
  for (std::size_t i = 0; i < file.entries.size(); ++i) {
    const auto missing = [&](const char* key) {
      faults.push_back(fmt::format("{}: {}: {} is missing", document.origin(path_of(i)), path_of(i), key));
    };
    if (file.entries[i].stage < 0) missing("stage");
    if (file.entries[i].seconds == kUnknown) missing("seconds");
  }
  throw_faults(faults);
  return file;
}

/// The entries that fit a job and name as many axes as any that does: one, none, or a tie.
std::vector<std::size_t> best_entries(const std::vector<Entry>& entries, const Job& job, std::vector<bool>& used) {
  std::vector<std::size_t> best;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].fits(job)) continue;
    used[i] = true;
    const auto named = entries[i].named_axes();
    if (!best.empty() && named < entries[best.front()].named_axes()) continue;
    if (!best.empty() && named > entries[best.front()].named_axes()) best.clear();
    best.push_back(i);
  }
  return best;
}

}  // namespace

JobTimes read_job_times(const std::filesystem::path& file, const JobGraph& graph, std::vector<double> otherwise) {
  const YamlDocument document = YamlDocument::from_file(file);
  const TimesFile times = read_times_file(document);
  JobTimes result{.source = times.source, .seconds = std::move(otherwise)};
  std::vector<bool> used(times.entries.size(), false);
  std::set<std::pair<std::size_t, std::size_t>> ties;
  std::vector<std::string> faults;
  for (std::size_t job = 0; job < graph.size(); ++job) {
    const std::vector<std::size_t> best = best_entries(times.entries, graph.job(job), used);
    if (best.size() > 1 && ties.insert({best[0], best[1]}).second) {
      faults.push_back(fmt::format("{}: {}: fits {} as well as {} does; name one more axis in one of them",
                                   document.origin(path_of(best[1])), path_of(best[1]), graph.job(job).id,
                                   path_of(best[0])));
    }
    const double seconds =
        best.empty() ? times.by_stage.at(graph.job(job).stage.name) : times.entries[best.front()].seconds;
    if (seconds == kUnknown) continue;
    result.seconds[job] = seconds;
    ++result.from_file;
  }
  throw_faults(faults);
  result.unused = static_cast<std::size_t>(std::ranges::count(used, false));
  return result;
}

}  // namespace exitaudit
