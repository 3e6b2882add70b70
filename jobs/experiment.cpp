#include "jobs/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "jobs/recordings.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/suggest.h"
#include "pipeline/config/yaml_reader.h"
#include "stages/ingest/manifest.h"

namespace exitaudit {

void describe(Fields& f, Axes& o) {
  f.texts("dataset", o.dataset, "datasets, from data/manifest.yaml or this study's `datasets`");
  choices(f, "network", o.network, networks::kFamilyNames, "architectures");
  f.integers("exits", o.exits, {1, 6}, "numbers of exits; 1 is the vanilla network, which every comparison needs");
  f.integers("seed", o.seed, {0, 1000000000}, "seeds; each is a study of its own, averaged in the tables");
}

void describe(Fields& f, NetworkSettings& o) {
  f.real("width", o.width, {0, 4, true}, "factor on all channel and hidden widths; 1 = the paper's");
  choice(f, "placement", o.placement, networks::kPlacementNames,
         "where exits stand: as released, or equidistant in cost");
  choice(f, "head_activation", o.head_activation, networks::kHeadActivationNames, "middle layer of an exit's head");
}

namespace {

/// Collects semantic faults with the place where the value was written.
class Checker {
 public:
  Checker(const Experiment& experiment, const YamlDocument& study) : experiment_(experiment), study_(study) {}

  std::vector<std::string> faults() {
    check_name();
    if (experiment_.axes.empty() && experiment_.recordings.empty()) {
      add("axes", "a study needs axes: which datasets, networks and exits; or recordings of a system of yours");
    }
    for (std::size_t i = 0; i < experiment_.axes.size(); ++i) check_axes(i);
    for (std::size_t i = 0; i < experiment_.import_weights.size(); ++i) check_import(i);
    check_attacks();
    return faults_;
  }

 private:
  void add(const std::string& path, const std::string& sentence) {
    faults_.push_back(fmt::format("{}: {}", study_.origin(path), sentence));
  }

  void check_name() {
    const std::string& name = experiment_.study;
    const bool plain =
        !name.empty() && name.size() <= 100 && name.front() != '.' &&
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || std::strchr("._-", c); });
    if (!plain) add("study", "study: expected a name of letters, digits, '.', '_' and '-', got \"" + name + "\"");
  }

  void check_axes(std::size_t place) {
    const Axes& axes = experiment_.axes[place];
    const auto in_block = [&](std::string_view key) {
      return experiment_.axes.size() == 1 ? fmt::format("axes.{}", key) : fmt::format("axes.{}.{}", place, key);
    };
    if (axes.dataset.empty()) add(in_block("dataset"), "axes.dataset: at least one dataset is needed");
    if (axes.network.empty()) add(in_block("network"), "axes.network: at least one network is needed");
    if (axes.seed.empty()) add(in_block("seed"), "axes.seed: at least one seed is needed");
    check_exits(axes, in_block("exits"));
    for (const std::string& dataset : axes.dataset) check_dataset(axes, dataset, in_block("dataset"));
  }

  void check_exits(const Axes& axes, const std::string& path) {
    if (std::find(axes.exits.begin(), axes.exits.end(), 1) == axes.exits.end()) {
      add(path, "axes.exits: 1 (the vanilla network) is missing; calibration and every comparison need it");
    }
    if (std::set<std::int64_t>(axes.exits.begin(), axes.exits.end()).size() != axes.exits.size()) {
      add(path, "axes.exits: a number of exits is listed twice");
    }
  }

  void check_dataset(const Axes& axes, const std::string& dataset, const std::string& path) {
    const auto source = std::find_if(experiment_.datasets.begin(), experiment_.datasets.end(),
                                     [&](const auto& candidate) { return candidate.name == dataset; });
    if (source == experiment_.datasets.end()) {
      std::vector<std::string> names;
      for (const auto& candidate : experiment_.datasets) names.push_back(candidate.name);
      add(path,
          fmt::format("axes.dataset: there is no dataset \"{}\" in data/manifest.yaml or this study's `datasets`{}",
                      dataset, did_you_mean(dataset, names)));
      return;
    }
    for (const networks::Family family : axes.network) {
      if (networks::takes_images(family) == ingest::holds_images(source->format)) continue;
      add(path, fmt::format("network {} takes {}, dataset {} holds {}; write them in separate blocks of `axes`",
                            networks::kFamilyNames[static_cast<std::size_t>(family)],
                            networks::takes_images(family) ? "images" : "rows of features", dataset,
                            ingest::holds_images(source->format) ? "images" : "rows of features"));
    }
  }

  void check_import(std::size_t place) {
    const import_weights::ImportRow& row = experiment_.import_weights[place];
    const std::string path = fmt::format("import_weights.{}", place);
    const auto holds = [](const auto& values, const auto& value) {
      return std::find(values.begin(), values.end(), value) != values.end();
    };
    const bool audited = std::any_of(experiment_.axes.begin(), experiment_.axes.end(), [&](const Axes& axes) {
      return holds(axes.dataset, row.dataset) && holds(axes.network, row.network) && holds(axes.exits, row.exits) &&
             holds(axes.seed, row.seed);
    });
    const std::string model = fmt::format("dataset {}, network {}, {} exits, seed {}", row.dataset,
                                          networks::name(row.network), row.exits, row.seed);
    if (!audited) add(path, fmt::format("import_weights: the axes do not audit {}; add it there", model));
    for (std::size_t earlier = 0; earlier < place; ++earlier) {
      if (!same_model(row, experiment_.import_weights[earlier])) continue;
      add(path, fmt::format("import_weights: {} as {} is there twice", model, import_weights::name(row.role)));
    }
  }

  static bool same_model(const import_weights::ImportRow& a, const import_weights::ImportRow& b) {
    return a.dataset == b.dataset && a.network == b.network && a.exits == b.exits && a.role == b.role &&
           a.seed == b.seed;
  }

  void check_attacks() {
    for (std::size_t i = 0; i < experiment_.attacks.size(); ++i) {
      const std::string fault = attack::fault_of(experiment_.attacks[i]);
      if (!fault.empty()) add(fmt::format("attacks.{}", i), fault);
    }
  }

  const Experiment& experiment_;
  const YamlDocument& study_;
  std::vector<std::string> faults_;
};

/// Finds and hashes the file of one import; "" or what is wrong with it.
std::string resolve_import(import_weights::ImportRow& row, const std::filesystem::path& folder) {
  if (row.file.empty()) return "import_weights: name the model's HDF5 file as `file`";
  row.path = (folder / row.file).lexically_normal().string();
  if (!std::filesystem::is_regular_file(row.path)) {
    return fmt::format("import_weights: there is no file {}; a path is relative to the study file", row.path);
  }
  const std::string digest = sha256_file(row.path);
  if (!row.sha256.empty() && row.sha256 != digest) {
    return fmt::format("import_weights: {} has SHA-256 {}, the study expects {}", row.path, digest, row.sha256);
  }
  row.sha256 = digest;
  return "";
}

std::vector<std::string> resolve_imports(Experiment& experiment, const YamlDocument& study,
                                         const std::filesystem::path& folder) {
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < experiment.import_weights.size(); ++i) {
    const std::string fault = resolve_import(experiment.import_weights[i], folder);
    const std::string place = fmt::format("import_weights.{}", i);
    if (!fault.empty()) faults.push_back(fmt::format("{}: {}", study.origin(place + ".file"), fault));
  }
  return faults;
}

std::string profile_name(const YamlDocument& study, const YamlDocument& overrides) {
  const std::string overridden = overrides.scalar("profile");
  const std::string written = overridden.empty() ? study.scalar("profile") : overridden;
  const std::string name = written.empty() ? Experiment{}.profile : written;
  const std::vector<std::string> known{"sound", "released", "text"};
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw BadInput(fmt::format("{}: profile: expected one of sound, released, text, got \"{}\"{}",
                               study.origin("profile"), name, did_you_mean(name, known)));
  }
  return name;
}

/// The study's own datasets come first; the manifest's are hidden by them.
void add_manifest(Experiment& experiment) {
  for (ingest::DatasetSource& source : ingest::read_manifest(shipped_file("data/manifest.yaml"))) {
    const bool hidden = std::any_of(experiment.datasets.begin(), experiment.datasets.end(),
                                    [&](const auto& own) { return own.name == source.name; });
    if (!hidden) experiment.datasets.push_back(std::move(source));
  }
}

void keep_named_datasets(Experiment& experiment) {
  std::set<std::string> named;
  for (const Axes& axes : experiment.axes) named.insert(axes.dataset.begin(), axes.dataset.end());
  std::erase_if(experiment.datasets, [&](const auto& source) { return !named.contains(source.name); });
}

}  // namespace

void describe(Fields& f, Experiment& o) {
  f.text("study", o.study, "name of the study: its folder of results and its tables");
  f.text("profile", o.profile, "reading of the paper that fills the defaults: sound, released or text");
  blocks(f, "axes", o.axes, "what is crossed with what; a list of blocks where one product is too much",
         ListForm::kListOrBlock);
  named_blocks(f, "recordings", o.recordings, "answers that a system of yours wrote to files, by name");
  named_blocks(f, "datasets", o.datasets, "datasets of this study's own, by name, written as in data/manifest.yaml");
  describe(f, o.execution);
  block(f, "network", o.network, "what all networks of the study share");
  block(f, "split", o.split, "the four parts of a dataset");
  block(f, "train", o.train, "how targets and shadows are trained");
  blocks(f, "import_weights", o.import_weights, "models of your own that take the place of trainings");
  block(f, "calibrate", o.calibrate, "how the confidence threshold tau is chosen");
  choice(f, "shadow_tau", o.shadow_tau, kShadowTauNames, "whose tau the shadow answers with");
  block(f, "record", o.record, "which samples are shown to the adversary");
  block(f, "measure_latency", o.measure_latency, "how the clock is read");
  block(f, "measure_boundary", o.measure_boundary, "how label-only attacks search the boundary");
  block(f, "steal_exits", o.steal_exits, "how exits are told from latencies");
  block(f, "add_noise", o.add_noise, "a simulated network before the clock");
  block(f, "guard_time", o.guard_time, "the TimeGuard defence");
  f.boolean("characterize", o.characterize, "also describe loss distributions, divergence and use of exits");
  block(f, "characteristics", o.characteristics, "how loss distributions are described");
  block(f, "attack", o.attack, "how every attack model is built and trained");
  blocks(f, "attacks", o.attacks, "which attacks are made");
}

Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  const YamlDocument study = YamlDocument::from_file(path);
  const YamlDocument flags = YamlDocument::from_overrides(overrides);
  const std::string profile = profile_name(study, flags);
  const YamlDocument base = YamlDocument::from_file(shipped_file(fmt::format("configs/profiles/{}.yaml", profile)));

  Experiment experiment;
  const auto visit = [&](Fields& f) { describe(f, experiment); };
  std::vector<std::string> faults = base.read(visit);
  for (const YamlDocument* layer : {&study, &flags}) {
    const std::vector<std::string> more = layer->read(visit);
    faults.insert(faults.end(), more.begin(), more.end());
  }
  throw_faults(faults);
  experiment.profile = profile;
  add_manifest(experiment);
  faults = Checker(experiment, study).faults();
  for (const auto& more : {find_recordings(experiment, study, path.parent_path()),
                           resolve_imports(experiment, study, path.parent_path())}) {
    faults.insert(faults.end(), more.begin(), more.end());
  }
  throw_faults(faults);
  keep_named_datasets(experiment);
  return experiment;
}

std::string resolved_yaml(Experiment experiment) {
  return write_yaml([&](Fields& f) { describe(f, experiment); });
}

}  // namespace exitaudit
