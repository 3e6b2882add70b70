#pragma once
// Experiment: a whole study file as one typed struct. Flags say HOW to run; everything here says WHAT.

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/add_noise/add_noise_options.h"
#include "stages/attack/attack_options.h"
#include "stages/calibrate/calibrate_options.h"
#include "stages/characterize/characterize_options.h"
#include "stages/common/execution_options.h"
#include "stages/guard_time/guard_time_options.h"
#include "stages/import_observations/import_observations_options.h"
#include "stages/import_weights/import_weights_options.h"
#include "stages/ingest/ingest_options.h"
#include "stages/measure_boundary/measure_boundary_options.h"
#include "stages/measure_latency/measure_latency_options.h"
#include "stages/networks/network_options.h"
#include "stages/record/record_options.h"
#include "stages/split/split_options.h"
#include "stages/steal_exits/steal_exits_options.h"
#include "stages/train/train_options.h"

namespace exitaudit {

/// A product of axes; a study is the union of its blocks' products.
struct Axes {
  std::vector<std::string> dataset;
  std::vector<networks::Family> network;
  std::vector<std::int64_t> exits{1, 2, 3, 4, 5, 6};  ///< 1 is vanilla: every comparison needs it
  std::vector<std::int64_t> seed{1};
};

void describe(Fields& f, Axes& o);

/// What all networks of a study share.
struct NetworkSettings {
  double width = 1;
  networks::Placement placement = networks::Placement::kReleased;
  networks::HeadActivation head_activation = networks::HeadActivation::kDropout;
};

void describe(Fields& f, NetworkSettings& o);

/// Whose threshold the shadow model answers with (specification 4, X18). Adversary 3 always has its own.
enum class ShadowTau { kTarget, kOwn };
inline constexpr std::array<std::string_view, 2> kShadowTauNames{"target", "own"};

struct Experiment {
  std::string study;              ///< names the folder of results and the tables
  std::string profile = "sound";  ///< which reading of the paper fills the defaults
  std::vector<Axes> axes;
  std::vector<import_observations::RecordingSource> recordings;  ///< answers of the user's own system
  std::vector<ingest::DatasetSource> datasets;                   ///< the study's own, beside data/manifest.yaml
  ExecutionOptions execution;                                    ///< `threads`, `deterministic`
  NetworkSettings network;
  split::SplitOptions split;
  train::TrainOptions train;
  std::vector<import_weights::ImportRow> import_weights;  ///< models that are not trained, their files hashed
  calibrate::CalibrateOptions calibrate;
  ShadowTau shadow_tau = ShadowTau::kTarget;
  record::RecordOptions record;
  measure_latency::MeasureLatencyOptions measure_latency;
  measure_boundary::MeasureBoundaryOptions measure_boundary;
  steal_exits::StealExitsOptions steal_exits;
  add_noise::AddNoiseOptions add_noise;
  guard_time::GuardTimeOptions guard_time;
  bool characterize = true;  ///< loss distributions, divergence, use of exits
  characterize::CharacterizeOptions characteristics;
  attack::AttackOptions attack;            ///< how every attack model is built and trained
  std::vector<attack::AttackRow> attacks;  ///< which attacks are made
};

void describe(Fields& f, Experiment& o);

/// Reads a study: defaults < profile < study file < overrides ("train.epochs=5"), then checks what no single field
/// shows (unknown datasets, networks that do not take a dataset's kind of samples, a missing vanilla). The study's
/// datasets are completed from the manifest: afterwards `datasets` holds exactly those that the axes name. The files of
/// its recordings are found, hashed and their exits counted.
/// Throws BadInput with every fault, one a line.
Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides);

/// The study with every default written out, as YAML.
std::string resolved_yaml(Experiment experiment);

}  // namespace exitaudit
