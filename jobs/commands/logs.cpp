// exitaudit logs: what one job wrote, and where.

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/base/error.h"
#include "pipeline/run/log_tail.h"

namespace exitaudit {
namespace {

void print_attempts(const PlannedStudy& planned, std::size_t job) {
  const auto history = planned.ledger.jobs.find(planned.study.graph.fingerprint(job));
  if (history == planned.ledger.jobs.end()) {
    fmt::print("it was never started\n");
    return;
  }
  for (const Attempt& attempt : history->second.attempts) {
    fmt::print("attempt {} on {}{}: {}{}{}\n", attempt.number, attempt.host,
               attempt.slurm_job.empty() ? "" : ", Slurm job " + attempt.slurm_job,
               attempt.ended ? to_string(attempt.outcome) : "running", attempt.message.empty() ? "" : ": ",
               attempt.message);
  }
}

/// The whole log, or its last lines; each made safe to print.
void print_log(const std::filesystem::path& path, int last) {
  std::ifstream file(path);
  if (!file) {
    fmt::print("there is no log yet: {}\n", path.string());
    return;
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(printable(line));
    if (last > 0 && lines.size() > static_cast<std::size_t>(last)) lines.erase(lines.begin());
  }
  for (const std::string& line : lines) fmt::print("{}\n", line);
}

}  // namespace

Action set_up_logs(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto job = std::make_shared<std::string>();
  auto last = std::make_shared<int>(0);
  app.add_option("JOB", *job, "id of the job, as `exitaudit status` and `plan` name it")->required();
  app.add_option("--last", *last, "only so many lines from the end; 0 = all")->check(CLI::Range(0, 1000000));
  return [=] {
    const PlannedStudy planned = plan_study(*flags);
    const std::size_t index = planned.study.graph.index_of(*job);
    print_attempts(planned, index);
    const auto path = planned.study.folders.root / StudyFolders::log(*job);
    fmt::print("log: {}\n\n", path.string());
    print_log(path, *last);
    return kExitDone;
  };
}

}  // namespace exitaudit
