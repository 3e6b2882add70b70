// exitaudit cancel: takes a study back from Slurm. What runs writes its resume points; what is done stays done.

#include <fmt/format.h>

#include <cstdio>

#include "jobs/commands/command.h"
#include "jobs/submission.h"
#include "pipeline/base/error.h"

namespace exitaudit {

Action set_up_cancel(CLI::App& app) {
  auto flags = add_study_flags(app);
  return [=] {
    const StudyFolders folders = open_study(*flags).folders;
    constexpr double kPatience = 60;
    const SlurmView view = look_at_slurm(folders, kPatience);
    if (!view.fault.empty()) throw Error(ErrorKind::kFailure, view.fault);
    if (view.live.empty()) {
      fmt::print("Slurm has no job of this study\n");
      return kExitDone;
    }
    SystemRunner runner(kPatience);
    SystemClock clock;
    Controller controller(runner, clock);
    const std::vector<std::string> ids = cancel_submissions(folders, view.live, controller);
    fmt::print("cancelled Slurm job(s) {}; `exitaudit submit` goes on from what is done\n", fmt::join(ids, ", "));
    return kExitDone;
  };
}

}  // namespace exitaudit
