// exitaudit gc: what lies in the study's folder that none of its jobs needs.

#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"
#include "pipeline/ledger/lease.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

double size_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const auto size = fs::file_size(path, error);
    return error ? 0 : static_cast<double>(size);
  }
  double total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path, error))
    total += entry.is_regular_file(error) ? size_of(entry.path()) : 0;
  return total;
}

/// Artifacts of other settings, files of killed writers, resume points of jobs that are done or gone.
std::vector<fs::path> leftovers(const PlannedStudy& planned) {
  const Study& study = planned.study;
  const Store store(study.folders.artifacts());
  std::set<fs::path> wanted;
  std::set<std::string> unfinished;
  for (std::size_t i = 0; i < study.graph.size(); ++i) {
    wanted.insert(store.path(study.graph.job(i).stage.noun, study.graph.fingerprint(i)));
    if (planned.plan.decisions[i].verdict != Verdict::kDone) unfinished.insert(study.graph.fingerprint(i));
  }
  std::vector<fs::path> found;
  for (const fs::path& path : store.list()) {
    if (!wanted.contains(path)) found.push_back(path);
  }
  for (const fs::path& path : store.list_partials()) found.push_back(path);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(study.folders.all_checkpoints(), error)) {
    if (!unfinished.contains(entry.path().filename().string())) found.push_back(entry.path());
  }
  return found;
}

/// Deleting under a launch at work would take its half-written files away.
void refuse_while_running(const Study& study) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(study.folders.ledger() / "launches", error)) {
    const std::string launch = entry.path().stem().string();
    if (launch_alive(study.folders.ledger(), launch, 60)) {
      throw BadInput(fmt::format("gc --delete: launch {} is at work on this study; wait until it ends", launch));
    }
  }
}

}  // namespace

Action set_up_gc(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto remove = std::make_shared<bool>(false);
  app.add_flag("--delete", *remove, "delete what is listed");
  return [=] {
    const PlannedStudy planned = plan_study(*flags);
    if (*remove) refuse_while_running(planned.study);
    double bytes = 0;
    const std::vector<fs::path> found = leftovers(planned);
    for (const fs::path& path : found) {
      const double size = size_of(path);
      bytes += size;
      fmt::print("{:>10}  {}\n", human_bytes(size), path.string());
      if (*remove) fs::remove_all(path);
    }
    fmt::print("{} {} files and folders that no job of this study needs: {}{}\n", *remove ? "deleted" : "found",
               found.size(), human_bytes(bytes), *remove || found.empty() ? "" : "; --delete removes them");
    return kExitDone;
  };
}

}  // namespace exitaudit
