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
const std::string kClock = "recorded";  ///< whose clock told, in the table

/// A recording can be attacked with what it holds: scores, and where there are several exits, these or their times.
bool fits(const attack::AttackRow& row) {
  const bool reads = row.kind == attack::AttackKind::kScore || row.kind == attack::AttackKind::kExitOnly;
  return reads && row.exit_source != attack::ExitSource::kPredicted && row.shadow == attack::ShadowChoice::kSame;
}

bool asks_exits(const attack::AttackRow& row) {
  return row.exit_source != attack::ExitSource::kNone;
}

/// What one file lacks for an attack that asks for exits, a sentence each.
std::vector<std::string> lacks(const RecordingFile& file, const attack::AttackRow& row) {
  std::vector<std::string> found;
  const std::string name = std::filesystem::path(file.path).filename().string();
  const bool steals = row.exit_source == attack::ExitSource::kStolen;
  if (!file.tells_exits) {
    found.push_back(name + (steals ? " has no column exit: an attack learns on the shadow's exits, and a thief is "
                                     "judged by the target's, which it is not shown"
                                   : " has no column exit, which exit_source known reads"));
  }
  if (steals && !file.holds_latencies) {
    found.push_back(name + " has no column latency_ms_0 (in HDF5: no dataset latency_ms), from which exits are stolen");
  }
  return found;
}

std::vector<std::string> lacks(const RecordingSource& source, const attack::AttackRow& row) {
  std::vector<std::string> found = lacks(source.target_file, row);
  const std::vector<std::string> more = lacks(source.shadow_file, row);
  found.insert(found.end(), more.begin(), more.end());
  return found;
}

bool applies(const attack::AttackRow& row, const RecordingSource& source) {
  return fits(row) && (!asks_exits(row) || (source.exits > 1 && lacks(source, row).empty()));
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
      const import_observations::Columns columns = import_observations::columns_of(file);
      return {file.string(), sha256_file(file), columns.exit, columns.latency_ms};
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

  /// Where there is nothing but recordings, an attack that none of them can bear is a mistake, and so is one for which
  /// a recording of several exits lacks a column.
  void check_attacks() {
    for (std::size_t i = 0; i < experiment_.attacks.size(); ++i) {
      const attack::AttackRow& row = experiment_.attacks[i];
      const std::string path = fmt::format("attacks.{}", i);
      if (!fits(row)) {
        add(path,
            "a recording holds scores, exits and times, no network to ask again; its attacks are score and exit_only, "
            "with exit_source none, known or stolen and shadow same");
      } else if (asks_exits(row)) {
        check_exits(row, path);
      }
    }
  }

  void check_exits(const attack::AttackRow& row, const std::string& path) {
    bool any = false;
    for (const RecordingSource& source : experiment_.recordings) {
      if (source.exits < 2) continue;
      any = true;
      for (const std::string& lack : lacks(source, row)) {
        add(path, fmt::format("recording {}: {}; add it, or take the attack out", source.name, lack));
      }
    }
    if (!any) {
      add(path, "no recording of this study tells more than one exit; add a column exit, or take the attack out");
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
    const std::string target = import("import_observations", source, kTarget);
    const std::string shadow = import("import_observations", source, kShadow);
    add_source(target, source, kTarget);
    if (experiment_.characterize) add_source(characterize(source, target), source, kTarget);
    std::string stolen;
    for (const attack::AttackRow& row : experiment_.attacks) {
      if (!applies(row, source)) continue;
      const bool steals = row.exit_source == attack::ExitSource::kStolen;
      if (steals && stolen.empty()) stolen = steal(source);
      attack(source, row, {{"shadow", shadow}, {"target", target}}, steals ? stolen : "");
    }
  }

  std::string import(const std::string& stage, const RecordingSource& source, const std::string& role) {
    const RecordingFile& file = role == kTarget ? source.target_file : source.shadow_file;
    Job job = start(stage, source, role, "/" + role);
    job.config = make_slice(import_observations::ImportJob{
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

  /// Exits from the user's own clock (6.2). Nobody timed the target on the shadow's samples, so the thief draws its
  /// borders on the times that it tells apart (fit_on: evaluated), whatever the study says of networks of ours.
  std::string steal(const RecordingSource& source) {
    const std::string target = import("import_latencies", source, kTarget);
    const std::string shadow = import("import_latencies", source, kShadow);
    add_source(target, source, kTarget).exit_source = kClock;
    Job job = start("steal_exits", source, kTarget, "/" + kTarget);
    steal_exits::StealExitsJob settings{.steal_exits = experiment_.steal_exits};
    settings.steal_exits.fit_on = steal_exits::FitOn::kEvaluated;
    job.config = make_slice(settings);
    job.inputs = {{"latencies", target}, {"shadow_latencies", shadow}};
    const std::string id = finish(std::move(job));
    tabulate::TabulateSource& row = add_source(id, source, "");
    row.exit_source = attack::name(attack::ExitSource::kStolen) + "/" + kClock;
    row.shadow = "same";
    return id;
  }

  /// `stolen`: the job that stole the exits, "" where they are known or not asked for.
  void attack(const RecordingSource& source, const attack::AttackRow& row, std::vector<JobInput> inputs,
              const std::string& stolen) {
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
    job.inputs = std::move(inputs);
    if (!stolen.empty()) job.inputs.push_back({"stolen_exits", stolen});
    tabulate::TabulateSource& found = add_source(finish(std::move(job)), source, "");
    found.attack = kind;
    found.exit_source = stolen.empty() ? exit_source : exit_source + "/" + kClock;
    found.shadow = "same";
  }

  tabulate::TabulateSource& add_source(const std::string& job, const RecordingSource& source, const std::string& role) {
    tabulate::TabulateSource made;
    made.input = job;
    made.noun = stage_info(job.substr(0, job.find('/'))).noun;
    made.dataset = source.name;
    made.network = schema::kRecorded;
    made.exits = source.exits;
    made.role = role;
    found_.sources.push_back(std::move(made));
    return found_.sources.back();
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
