#include "jobs/recordings.h"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/estimate.h"
#include "jobs/stage_list.h"
#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "stages/import_observations/recording.h"
#include "stages/schema/measurement.h"

namespace exitaudit {
namespace {

using import_observations::RecordingFile;
using import_observations::RecordingSource;

const std::string kTarget = "target";
const std::string kShadow = "shadow0";

/// A recording can be attacked with what it holds: scores, and exits where there are several.
bool fits(const attack::AttackRow& row) {
  const bool reads = row.kind == attack::AttackKind::kScore || row.kind == attack::AttackKind::kExitOnly;
  const bool knows = row.exit_source == attack::ExitSource::kNone || row.exit_source == attack::ExitSource::kKnown;
  return reads && knows && row.shadow == attack::ShadowChoice::kSame;
}

bool applies(const attack::AttackRow& row, std::int64_t exits) {
  return fits(row) && (exits > 1 || row.exit_source == attack::ExitSource::kNone);
}

/// Collects faults with their place in the study.
class Finder {
 public:
  Finder(Experiment& experiment, const YamlDocument& study, std::filesystem::path folder)
      : experiment_(experiment), study_(study), folder_(std::move(folder)) {}

  std::vector<std::string> faults() {
    for (RecordingSource& source : experiment_.recordings) find(source);
    if (experiment_.axes.empty() && faults_.empty()) check_attacks();
    return faults_;
  }

 private:
  void add(const std::string& path, const std::string& sentence) {
    faults_.push_back(fmt::format("{}: {}: {}", study_.origin(path), path, sentence));
  }

  void find(RecordingSource& source) {
    const std::string path = "recordings." + source.name;
    const std::size_t before = faults_.size();
    source.target_file = find_file(path + ".target", source.target);
    source.shadow_file = find_file(path + ".shadow", source.shadow);
    if (faults_.size() > before) return;
    if (source.target_file.sha256 == source.shadow_file.sha256) {
      add(path,
          "target and shadow are the same recording; the shadow must be another model's, else the attack is told "
          "the answers");
    } else if (source.exits == 0) {
      count_exits(source, path);
    }
  }

  RecordingFile find_file(const std::string& path, const std::string& written) {
    if (written.empty()) {
      add(path, "is missing; name a CSV or HDF5 file, relative to the study file");
      return {};
    }
    try {
      const std::filesystem::path file = std::filesystem::absolute(folder_ / written).lexically_normal();
      import_observations::check_file(file);
      return {file.string(), sha256_file(file)};
    } catch (const Error& error) {
      add(path, error.what());
      return {};
    }
  }

  void count_exits(RecordingSource& source, const std::string& path) {
    try {
      source.exits = std::max(import_observations::exits_of(std::filesystem::path(source.target_file.path)),
                              import_observations::exits_of(std::filesystem::path(source.shadow_file.path)));
    } catch (const Error& error) {
      add(path, error.what());
    }
  }

  /// Where there is nothing but recordings, an attack that none of them can bear is a mistake.
  void check_attacks() {
    std::int64_t most = 1;
    for (const RecordingSource& source : experiment_.recordings) most = std::max(most, source.exits);
    for (std::size_t i = 0; i < experiment_.attacks.size(); ++i) {
      const std::string path = fmt::format("attacks.{}", i);
      if (!fits(experiment_.attacks[i])) {
        add(path,
            "a recording holds scores and exits, no network to ask again; its attacks are score and exit_only, with "
            "exit_source none or known and shadow same");
      } else if (!applies(experiment_.attacks[i], most)) {
        add(path, "no recording of this study tells more than one exit; add a column exit, or take the attack out");
      }
    }
  }

  Experiment& experiment_;
  const YamlDocument& study_;
  std::filesystem::path folder_;
  std::vector<std::string> faults_;
};

/// Jobs of one recording after another.
class Expander {
 public:
  explicit Expander(const Experiment& experiment) : experiment_(experiment) {}

  RecordingJobs all() {
    for (const RecordingSource& source : experiment_.recordings) audit(source);
    return std::move(found_);
  }

 private:
  void audit(const RecordingSource& source) {
    const std::string target = import(source, kTarget, source.target_file);
    const std::string shadow = import(source, kShadow, source.shadow_file);
    add_source(target, source, kTarget);
    if (experiment_.characterize) add_source(characterize(source, target), source, kTarget);
    for (const attack::AttackRow& row : experiment_.attacks) {
      if (applies(row, source.exits)) attack(source, row, target, shadow);
    }
  }

  std::string import(const RecordingSource& source, const std::string& role, const RecordingFile& file) {
    Job job = start("import_observations", source, role, "/" + role);
    job.config = make_slice(import_observations::ImportObservationsJob{
        .recording = source.name, .role = role, .exits = source.exits, .sha256 = file.sha256});
    return finish(std::move(job));
  }

  std::string characterize(const RecordingSource& source, const std::string& target) {
    Job job = start("characterize", source, kTarget, "/" + kTarget);
    job.config = make_slice(characterize::CharacterizeJob{.dataset = source.name,
                                                          .network = schema::kRecorded,
                                                          .exits = source.exits,
                                                          .characteristics = experiment_.characteristics});
    job.inputs = {{"observations", target}};
    return finish(std::move(job));
  }

  void attack(const RecordingSource& source, const attack::AttackRow& row, const std::string& target,
              const std::string& shadow) {
    const std::string kind = attack::name(row.kind);
    const std::string exit_source = attack::name(row.exit_source);
    Job job = start("attack", source, kTarget, fmt::format("/{}/{}", kind, exit_source));
    attack::AttackJob settings{.dataset = source.name,
                               .network = schema::kRecorded,
                               .exits = source.exits,
                               .row = row,
                               .attack = experiment_.attack,
                               .execution = experiment_.execution};
    attack::resolve(settings);
    job.config = make_slice(settings);
    job.inputs = {{"shadow", shadow}, {"target", target}};
    const std::string id = finish(std::move(job));
    add_source(id, source, "");
    found_.sources.back().attack = kind;
    found_.sources.back().exit_source = exit_source;
    found_.sources.back().shadow = "same";
  }

  void add_source(const std::string& job, const RecordingSource& source, const std::string& role) {
    tabulate::TabulateSource made;
    made.input = job;
    made.noun = stage_info(job.substr(0, job.find('/'))).noun;
    made.dataset = source.name;
    made.network = schema::kRecorded;
    made.exits = source.exits;
    made.role = role;
    found_.sources.push_back(std::move(made));
  }

  static Job start(const std::string& stage, const RecordingSource& source, const std::string& role,
                   const std::string& rest) {
    return {.id = fmt::format("{}/{}{}", stage, source.name, rest),
            .stage = stage_info(stage),
            .config = {},
            .inputs = {},
            .axes = {{"dataset", source.name},
                     {"network", schema::kRecorded},
                     {"exits", std::to_string(source.exits)},
                     {"role", role}}};
  }

  std::string finish(Job job) {
    estimate(job, experiment_);
    found_.jobs.push_back(std::move(job));
    return found_.jobs.back().id;
  }

  const Experiment& experiment_;
  RecordingJobs found_;
};

}  // namespace

std::vector<std::string> find_recordings(Experiment& experiment, const YamlDocument& study,
                                         const std::filesystem::path& folder) {
  return Finder(experiment, study, folder).faults();
}

RecordingJobs expand_recordings(const Experiment& experiment) {
  return Expander(experiment).all();
}

std::vector<std::string> recording_hints(const Experiment& experiment) {
  std::vector<std::string> hints;
  for (const RecordingSource& source : experiment.recordings) {
    hints.push_back(import_observations::file_hint(source.name, kTarget, source.target_file.path));
    hints.push_back(import_observations::file_hint(source.name, kShadow, source.shadow_file.path));
  }
  return hints;
}

}  // namespace exitaudit
