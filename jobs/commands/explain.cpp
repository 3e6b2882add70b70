// exitaudit explain: why one job will or will not run.

#include "pipeline/graph/explain.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/store.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

PreviousArtifact previous_of(const ArtifactReader& reader) {
  const ArtifactHeader& header = reader.header();
  PreviousArtifact previous{.stage_version = header.stage_version, .config = header.config, .inputs = {}};
  for (const ArtifactInput& input : header.inputs) {
    previous.inputs.push_back({input.name, input.job, input.fingerprint, input.content});
  }
  return previous;
}

/// The newest artifact of each job id in the store, looked up when it is asked for.
class Archive {
 public:
  explicit Archive(const Study& study) : study_(study), store_(study.folders.artifacts()) {}

  std::optional<PreviousArtifact> find(std::size_t job, const std::string& fingerprint) {
    const std::string& noun = study_.graph.job(job).stage.noun;
    if (!fingerprint.empty()) return read(store_.path(noun, fingerprint));
    const std::map<std::string, fs::path>& newest = of_noun(noun);
    const auto found = newest.find(study_.graph.job(job).id);
    return found == newest.end() ? std::nullopt : read(found->second);
  }

 private:
  /// A damaged or missing artifact explains nothing; `verify` names the damaged ones.
  static std::optional<PreviousArtifact> read(const fs::path& path) {
    try {
      return previous_of(ArtifactReader::open(path));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  const std::map<std::string, fs::path>& of_noun(const std::string& noun) {
    const auto [place, fresh] = nouns_.try_emplace(noun);
    if (!fresh) return place->second;
    std::map<std::string, fs::file_time_type> times;
    for (const fs::path& path : store_.list()) {
      if (path.parent_path().filename() != noun) continue;
      try {
        const std::string job = ArtifactReader::open(path).header().job;
        const auto written = fs::last_write_time(path);
        if (times.contains(job) && times[job] >= written) continue;
        times[job] = written;
        place->second[job] = path;
      } catch (const Error&) {
        continue;  // a damaged artifact explains nothing; `verify` names it
      }
    }
    return place->second;
  }

  const Study& study_;
  Store store_;
  std::map<std::string, std::map<std::string, fs::path>> nouns_;
};

}  // namespace

Action set_up_explain(CLI::App& app) {
  auto flags = add_study_flags(app);
  auto job = std::make_shared<std::string>();
  app.add_option("JOB", *job, "id of a job, as train/cifar10/vgg16/exits3/target/seed1")->required();
  return [=] {
    const PlannedStudy planned = plan_study(*flags);
    const std::size_t index = planned.study.graph.index_of(*job);
    Archive archive(planned.study);
    ExplainFacts facts;
    facts.previous = [&](std::size_t which, const std::string& fingerprint) {
      return archive.find(which, fingerprint);
    };
    facts.snapshot = &planned.snapshot;
    fmt::print("{}\n", explain(planned.study.graph, planned.plan, index, facts));
    return kExitDone;
  };
}

}  // namespace exitaudit
