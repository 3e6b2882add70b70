// exitaudit verify: every byte of every artifact of a study.

#include <fmt/format.h>

#include <cstdio>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"

namespace exitaudit {

Action set_up_verify(CLI::App& app) {
  auto flags = add_study_flags(app);
  return [=] {
    const Study study = open_study(*flags);
    std::size_t sound = 0;
    std::size_t damaged = 0;
    for (const std::filesystem::path& path : Store(study.folders.artifacts()).list()) {
      try {
        verify_content(path);
        ++sound;
      } catch (const Error& error) {
        ++damaged;
        fmt::print("damaged: {}\n", error.what());
      }
    }
    fmt::print("{} artifacts are sound, {} damaged{}\n", sound, damaged,
               damaged > 0 ? "; delete the damaged files and run again to rebuild them" : "");
    return damaged > 0 ? kExitFailed : kExitDone;
  };
}

}  // namespace exitaudit
