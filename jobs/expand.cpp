#include "jobs/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "jobs/estimate.h"
#include "jobs/recordings.h"
#include "jobs/stage_list.h"
#include "stages/predict_exits/predict_exits_options.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit {
namespace {

/// One point of the study's axes.
struct Cell {
  ingest::DatasetSource dataset;
  networks::Family family = networks::Family::kVgg16;
  std::int64_t exits = 1;
  std::int64_t seed = 1;

  std::string network() const { return std::string(networks::kFamilyNames[static_cast<std::size_t>(family)]); }
  /// "cifar10/vgg16/exits3"
  std::string path() const { return fmt::format("{}/{}/exits{}", dataset.name, network(), exits); }
};

const std::string kTarget = "target";
const std::string kShadow = "shadow0";

/// Makes each job once, whoever asks for it first, after the jobs it reads.
class Expander {
 public:
  explicit Expander(const Experiment& experiment) : experiment_(experiment) {}

  std::vector<Job> all() {
    cells_ = cells();
    for (const Cell& cell : cells_) audit(cell);
    take_recordings();
    tabulate();
    return std::move(jobs_);
  }

 private:
  std::vector<Cell> cells() const {
    std::vector<Cell> found;
    std::set<std::string> seen;
    for (const exitaudit::Axes& axes : experiment_.axes) {
      for (const std::string& dataset : axes.dataset) {
        const auto source = std::find_if(experiment_.datasets.begin(), experiment_.datasets.end(),
                                         [&](const auto& s) { return s.name == dataset; });
        for (const networks::Family family : axes.network)
          for (const std::int64_t exits : axes.exits)
            for (const std::int64_t seed : axes.seed) {
              const Cell cell{*source, family, exits, seed};
              if (seen.insert(fmt::format("{}/{}", cell.path(), seed)).second) found.push_back(cell);
            }
      }
    }
    return found;
  }

  /// Everything that is asked of one model: its own figures, its attacks, its defences.
  void audit(const Cell& cell) {
    add_split_source(cell);
    add_source(train(cell, kTarget), cell, kTarget);
    add_source(calibrate(cell, kTarget), cell, kTarget);
    add_source(record(cell, kTarget), cell, kTarget);
    if (experiment_.characterize) add_source(characterize(cell), cell, kTarget);
    for (const attack::AttackRow& row : experiment_.attacks) attack(cell, row);
  }

  /// ingest: raw files become one artifact, whatever their format.
  std::string ingest(const Cell& cell) {
    return add("ingest", cell.dataset.name, {{"dataset", cell.dataset.name}},
               [&](Job& job) { job.config = make_slice(ingest::IngestJob{cell.dataset}); });
  }

  /// split: four disjoint equal parts, the same for all architectures and exits of a dataset (1.3).
  std::string split(const Cell& cell) {
    const Axes axes{{"dataset", cell.dataset.name}, {"seed", std::to_string(cell.seed)}};
    return add("split", fmt::format("{}/seed{}", cell.dataset.name, cell.seed), axes, [&](Job& job) {
      job.config =
          make_slice(split::SplitJob{.dataset = cell.dataset.name, .seed = cell.seed, .split = experiment_.split});
      job.inputs = {{"dataset", ingest(cell)}};
    });
  }

  networks::NetworkOptions network(const Cell& cell) const {
    return {.family = cell.family,
            .exits = cell.exits,
            .width = experiment_.network.width,
            .placement = experiment_.network.placement,
            .head_activation = experiment_.network.head_activation};
  }

  /// import_weights: the user's own model, where the study names one for this cell and role.
  std::string import_weights(const Cell& cell, const std::string& role, const import_weights::ImportRow& row) {
    return add("import_weights", model(cell, role), axes(cell, role), [&](Job& job) {
      job.config = make_slice(import_weights::ImportWeightsJob{.network = network(cell), .sha256 = row.sha256});
      job.inputs = {{"dataset", ingest(cell)}};
    });
  }

  /// train: target and shadow by the same recipe on their own parts (3), unless the model is there already.
  std::string train(const Cell& cell, const std::string& role) {
    for (const import_weights::ImportRow& row : experiment_.import_weights) {
      const bool same_cell = row.dataset == cell.dataset.name && row.network == cell.family &&
                             row.exits == cell.exits && row.seed == cell.seed;
      if (same_cell && import_weights::name(row.role) == role) return import_weights(cell, role, row);
    }
    return add("train", model(cell, role), axes(cell, role), [&](Job& job) {
      train::TrainJob settings{.dataset = cell.dataset.name,
                               .role = role,
                               .seed = cell.seed,
                               .network = network(cell),
                               .train = experiment_.train,
                               .execution = experiment_.execution};
      train::resolve(settings);
      job.config = make_slice(settings);
      job.ranks = static_cast<int>(settings.train.ranks);
      job.inputs = {{"dataset", ingest(cell)}, {"partition", split(cell)}};
    });
  }

  /// calibrate: the tau that keeps vanilla's accuracy at the least cost (4).
  std::string calibrate(const Cell& cell, const std::string& role) {
    return add("calibrate", model(cell, role), axes(cell, role), [&](Job& job) {
      job.config = make_slice(calibrate::CalibrateJob{.role = role,
                                                      .network = network(cell),
                                                      .calibrate = experiment_.calibrate,
                                                      .execution = experiment_.execution});
      job.inputs = {{"weights", train(cell, role)}, {"dataset", ingest(cell)}, {"partition", split(cell)}};
      if (cell.exits == 1) return;
      Cell vanilla = cell;
      vanilla.exits = 1;
      job.inputs.push_back({"vanilla_weights", train(vanilla, role)});
    });
  }

  /// record: what the model shows of each sample, at its tau (5).
  std::string record(const Cell& cell, const std::string& role, ShadowTau tau) {
    const bool own = role == kTarget || tau == ShadowTau::kOwn;
    const std::string mark = own && role != kTarget && experiment_.shadow_tau == ShadowTau::kTarget ? "/tau=own" : "";
    const std::string rest = fmt::format("{}/{}{}/seed{}", cell.path(), role, mark, cell.seed);
    return add("record", rest, axes(cell, role), [&](Job& job) {
      job.config = make_slice(record::RecordJob{
          .role = role, .network = network(cell), .record = experiment_.record, .execution = experiment_.execution});
      job.inputs = {{"weights", train(cell, role)},
                    {"thresholds", calibrate(cell, own ? role : kTarget)},
                    {"dataset", ingest(cell)},
                    {"partition", split(cell)}};
    });
  }
  std::string record(const Cell& cell, const std::string& role) { return record(cell, role, experiment_.shadow_tau); }

  /// characterize: loss distributions, divergence, use of exits (8).
  std::string characterize(const Cell& cell) {
    return add("characterize", model(cell, kTarget), axes(cell, kTarget), [&](Job& job) {
      job.config = make_slice(characterize::CharacterizeJob{.dataset = cell.dataset.name,
                                                            .network = cell.network(),
                                                            .exits = cell.exits,
                                                            .seed = cell.seed,
                                                            .characteristics = experiment_.characteristics});
      job.inputs = {{"observations", record(cell, kTarget)}, {"thresholds", calibrate(cell, kTarget)}};
    });
  }

  /// measure_latency: a gang of copies of one model, alone on its node (6.2).
  std::string measure_latency(const Cell& cell, const std::string& role, const std::string& samples_of,
                              std::int64_t copies) {
    const std::string rest =
        fmt::format("{}/{}/copies={}/on={}/seed{}", cell.path(), role, copies, samples_of, cell.seed);
    return add("measure_latency", rest, axes(cell, role), [&](Job& job) {
      job.config = make_slice(measure_latency::MeasureLatencyJob{.role = role,
                                                                 .samples_of = samples_of,
                                                                 .network = network(cell),
                                                                 .copies_per_device = copies,
                                                                 .measure_latency = experiment_.measure_latency});
      const std::string& tau_of = experiment_.shadow_tau == ShadowTau::kOwn ? role : kTarget;
      job.inputs = {{"weights", train(cell, role)},
                    {"thresholds", calibrate(cell, tau_of)},
                    {"dataset", ingest(cell)},
                    {"partition", split(cell)}};
      job.ranks = static_cast<int>(copies * experiment_.measure_latency.devices);
      job.pool = Pool::kTiming;
    });
  }

  /// add_noise, guard_time: the same latencies as seen through a network or behind a guard (6.3, 7).
  std::string noisy(const Cell& cell, const std::string& latencies, double sigma, std::int64_t queries) {
    const std::string rest = fmt::format("{}/sigma={}/queries={}", after_stage(latencies), sigma, queries);
    return add("add_noise", rest, axes(cell, kTarget), [&](Job& job) {
      job.config = make_slice(add_noise::AddNoiseJob{.seed = cell.seed,
                                                     .sigma_ms = sigma,
                                                     .queries = queries,
                                                     .mean_ms = experiment_.add_noise.mean_ms,
                                                     .positive = experiment_.add_noise.positive});
      job.inputs = {{"latencies", latencies}};
    });
  }
  std::string guarded(const Cell& cell, const std::string& latencies, double sigma) {
    return add("guard_time", fmt::format("{}/sigma={}", after_stage(latencies), sigma), axes(cell, kTarget),
               [&](Job& job) {
                 job.config = make_slice(guard_time::GuardTimeJob{
                     .sigma_ms = sigma, .cap = experiment_.guard_time.cap, .release = experiment_.guard_time.release});
                 job.inputs = {{"latencies", latencies}, {"dataset", ingest(cell)}};
               });
  }

  /// What disturbs the clock before the thief reads it: nothing, a network, or TimeGuard.
  struct Disturbance {
    std::string mark;
    std::function<std::string(const std::string& latencies)> apply;
  };
  std::vector<Disturbance> disturbances(const Cell& cell, std::int64_t copies, attack::ShadowChoice shadow) {
    std::vector<Disturbance> found{{"", [](const std::string& latencies) { return latencies; }}};
    // The paper sweeps noise and guard on 6-exit models alone, and never against adversary 3.
    if (cell.exits != 6 || copies != 1 || shadow != attack::ShadowChoice::kSame) return found;
    const std::vector<double> noise = sweeps_noise(cell) ? experiment_.add_noise.sigma_ms : std::vector<double>{};
    for (const double sigma : noise)
      for (const std::int64_t queries : experiment_.add_noise.queries)
        found.push_back({fmt::format("/noise={}x{}", sigma, queries),
                         [=, this](const std::string& l) { return noisy(cell, l, sigma, queries); }});
    for (const double sigma : experiment_.guard_time.sigma_ms)
      found.push_back(
          {fmt::format("/guard={}", sigma), [=, this](const std::string& l) { return guarded(cell, l, sigma); }});
    return found;
  }

  bool sweeps_noise(const Cell& cell) const {
    const auto named = [](const std::vector<std::string>& names, const std::string& name) {
      return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
    };
    return named(experiment_.add_noise.dataset, cell.dataset.name) &&
           named(experiment_.add_noise.network, cell.network());
  }

  /// steal_exits: exits from the clock alone (6.2).
  std::string steal_exits(const Cell& cell, std::int64_t copies, const Disturbance& disturbance) {
    const std::string rest = fmt::format("{}/copies={}{}/seed{}", cell.path(), copies, disturbance.mark, cell.seed);
    return add("steal_exits", rest, axes(cell, kTarget), [&](Job& job) {
      job.config = make_slice(steal_exits::StealExitsJob{.steal_exits = experiment_.steal_exits});
      job.inputs = {{"latencies", disturbance.apply(measure_latency(cell, kTarget, kTarget, copies))},
                    {"fit_latencies", disturbance.apply(measure_latency(cell, kTarget, kShadow, copies))},
                    {"shadow_latencies", disturbance.apply(measure_latency(cell, kShadow, kShadow, copies))}};
    });
  }

  /// predict_exits: exits from scores, the control without a clock (8); trained as the score-based attack is.
  std::string predict_exits(const Cell& cell, const Cell& shadow, const attack::AttackRow& row) {
    const std::string rest = fmt::format("{}{}/seed{}", cell.path(), shadow_mark(shadow, row), cell.seed);
    return add("predict_exits", rest, axes(cell, kTarget), [&](Job& job) {
      attack::AttackJob as_score;
      as_score.attack = experiment_.attack;
      attack::resolve(as_score);
      job.config = make_slice(predict_exits::PredictExitsJob{.dataset = cell.dataset.name,
                                                             .network = cell.network(),
                                                             .exits = cell.exits,
                                                             .seed = cell.seed,
                                                             .shadow_model = holder(shadow, row),
                                                             .training = attack::recipe_of(as_score.attack),
                                                             .execution = experiment_.execution});
      job.inputs = {{"shadow", record(shadow, kShadow, tau_of(row))}, {"target", record(cell, kTarget)}};
    });
  }

  /// Whose shadow an attack holds: "same", or adversary 3's "cifar10.vgg16".
  static std::string holder(const Cell& shadow, const attack::AttackRow& row) {
    return row.shadow == attack::ShadowChoice::kSame ? "same" : shadow.dataset.name + "." + shadow.network();
  }
  static std::string shadow_mark(const Cell& shadow, const attack::AttackRow& row) {
    return row.shadow == attack::ShadowChoice::kSame ? "" : "/shadow=" + holder(shadow, row);
  }
  /// Adversary 3 knows nothing of the target, so its shadow has a threshold of its own (4, X18).
  ShadowTau tau_of(const attack::AttackRow& row) const {
    return row.shadow == attack::ShadowChoice::kSame ? experiment_.shadow_tau : ShadowTau::kOwn;
  }

  /// measure_boundary: how far samples are from another label (5.4, 5.5).
  std::string measure_boundary(const Cell& cell, const std::string& role, ShadowTau tau) {
    const bool own = role == kTarget || tau == ShadowTau::kOwn;
    const std::string mark = own && role != kTarget && experiment_.shadow_tau == ShadowTau::kTarget ? "/tau=own" : "";
    const std::string rest = fmt::format("{}/{}{}/seed{}", cell.path(), role, mark, cell.seed);
    return add("measure_boundary", rest, axes(cell, role), [&](Job& job) {
      job.config = make_slice(measure_boundary::MeasureBoundaryJob{.role = role,
                                                                   .seed = cell.seed,
                                                                   .network = network(cell),
                                                                   .measure_boundary = experiment_.measure_boundary,
                                                                   .execution = experiment_.execution});
      job.inputs = {{"weights", train(cell, role)},
                    {"thresholds", calibrate(cell, own ? role : kTarget)},
                    {"dataset", ingest(cell)},
                    {"partition", split(cell)},
                    {"observations", record(cell, role, tau)}};
    });
  }

  /// attack: one row of `attacks` on one target, once per shadow and per way the exits were learnt (5, 6).
  void attack(const Cell& cell, const attack::AttackRow& row) {
    if (!applies(cell, row)) return;
    for (const Cell& shadow : shadows(cell, row.shadow)) {
      if (row.exit_source != attack::ExitSource::kStolen) {
        const bool predicted = row.exit_source == attack::ExitSource::kPredicted;
        attack(cell, shadow, row, "", predicted ? predict_exits(cell, shadow, row) : "");
        continue;
      }
      for (const std::int64_t copies : experiment_.measure_latency.copies_per_device)
        for (const Disturbance& disturbance : disturbances(cell, copies, row.shadow))
          attack(cell, shadow, row, fmt::format("/copies={}{}", copies, disturbance.mark),
                 steal_exits(cell, copies, disturbance));
    }
  }

  void attack(const Cell& cell, const Cell& shadow, const attack::AttackRow& row, const std::string& mark,
              const std::string& stolen_exits) {
    const std::string kind = attack::name(row.kind);
    const std::string exit_source = attack::name(row.exit_source);
    const std::string rest =
        fmt::format("{}/{}/{}{}{}/seed{}", cell.path(), kind, exit_source, shadow_mark(shadow, row), mark, cell.seed);
    add_split_source(shadow);
    add_believed_source(stolen_exits, cell, shadow, row, mark);
    add_source(record(shadow, kShadow, tau_of(row)), shadow, kShadow);
    const std::string id = add("attack", rest, axes(cell, kTarget), [&](Job& job) {
      attack::AttackJob settings{.dataset = cell.dataset.name,
                                 .network = cell.network(),
                                 .exits = cell.exits,
                                 .seed = cell.seed,
                                 .shadow_model = holder(shadow, row),
                                 .row = row,
                                 .attack = experiment_.attack,
                                 .execution = experiment_.execution};
      attack::resolve(settings);
      job.config = make_slice(settings);
      job.inputs = attack_inputs(cell, shadow, row, stolen_exits);
      job.stage.available = attack::available(row);
    });
    // Adversary 3's own network stands in the rows of networks and of datasets: one attack, listed once.
    if (!sourced_.insert(id).second) return;
    sources_.push_back({.input = id,
                        .noun = "verdicts",
                        .dataset = cell.dataset.name,
                        .network = cell.network(),
                        .exits = cell.exits,
                        .seed = cell.seed,
                        .role = "",
                        .attack = kind,
                        .exit_source = exit_source + mark,
                        .shadow = holder(shadow, row)});
  }

  std::vector<JobInput> attack_inputs(const Cell& cell, const Cell& shadow, const attack::AttackRow& row,
                                      const std::string& stolen_exits) {
    const ShadowTau tau = tau_of(row);
    std::vector<JobInput> inputs;
    if (row.kind == attack::AttackKind::kLabelOnly) {
      inputs = {{"shadow", measure_boundary(shadow, kShadow, tau)}, {"target", measure_boundary(cell, kTarget, tau)}};
    } else {
      inputs = {{"shadow", record(shadow, kShadow, tau)}, {"target", record(cell, kTarget)}};
    }
    if (!stolen_exits.empty()) inputs.push_back({"stolen_exits", stolen_exits});
    return inputs;
  }

  /// The shadows an adversary may hold: the target's twin, or (adversary 3) every network or dataset of the study
  /// (6.4).
  std::vector<Cell> shadows(const Cell& cell, attack::ShadowChoice choice) const {
    if (choice == attack::ShadowChoice::kSame) return {cell};
    std::vector<Cell> found;
    for (const Cell& other : cells_) {
      const bool across_networks = choice == attack::ShadowChoice::kNetworks;
      const bool fits = other.exits == cell.exits && other.seed == cell.seed &&
                        (across_networks ? other.dataset.name == cell.dataset.name : other.family == cell.family);
      if (fits) found.push_back(other);
    }
    return found;
  }

  /// What the user's own system answered, attacked like ours.
  void take_recordings() {
    RecordingJobs recorded = expand_recordings(experiment_);
    std::move(recorded.jobs.begin(), recorded.jobs.end(), std::back_inserter(jobs_));
    sources_.insert(sources_.end(), recorded.sources.begin(), recorded.sources.end());
  }

  /// tabulate: every figure of the study in tidy rows.
  void tabulate() {
    add("tabulate", "all", {}, [&](Job& job) {
      job.config = make_slice(tabulate::TabulateJob{sources_, recipes(), models()});
      for (const tabulate::TabulateSource& source : sources_) job.inputs.push_back({source.input, source.input});
    });
  }

  /// How each shadow's training differs from its target's.
  std::vector<tabulate::RecipeCheck> recipes() const {
    std::map<std::string, const Job*> trainings;
    for (const Job& job : jobs_) {
      if (job.stage.name == "train") trainings[after_stage(job.id)] = &job;
    }
    std::vector<tabulate::RecipeCheck> found;
    for (const Cell& cell : cells_) {
      const auto target = trainings.find(model(cell, kTarget));
      const auto shadow = trainings.find(model(cell, kShadow));
      if (target == trainings.end() || shadow == trainings.end()) continue;
      std::string differences;
      for (const SliceDifference& difference : compare(target->second->config, shadow->second->config)) {
        if (difference.key != "role") differences += (differences.empty() ? "" : ", ") + difference.key;
      }
      found.push_back({.job = shadow->second->id,
                       .dataset = cell.dataset.name,
                       .network = cell.network(),
                       .exits = cell.exits,
                       .seed = cell.seed,
                       .differences = differences});
    }
    return found;
  }

  /// A target for each cell, and a shadow for each that an attack applies to.
  std::int64_t models() const {
    std::int64_t count = 0;
    for (const Cell& cell : cells_) {
      const bool attacked = std::any_of(experiment_.attacks.begin(), experiment_.attacks.end(),
                                        [&](const attack::AttackRow& row) { return applies(cell, row); });
      count += attacked ? 2 : 1;
    }
    return count;
  }

  static bool applies(const Cell& cell, const attack::AttackRow& row) {
    return cell.exits > 1 || row.exit_source == attack::ExitSource::kNone;
  }

  void add_split_source(const Cell& cell) {
    const std::string job = split(cell);
    if (!sourced_.insert(job).second) return;
    sources_.push_back({.input = job,
                        .noun = stage_info("split").noun,
                        .dataset = cell.dataset.name,
                        .network = "",
                        .exits = 0,
                        .seed = cell.seed,
                        .role = "",
                        .attack = "",
                        .exit_source = "",
                        .shadow = ""});
  }

  /// How often the exits that an adversary believes are the true ones.
  void add_believed_source(const std::string& job, const Cell& cell, const Cell& shadow, const attack::AttackRow& row,
                           const std::string& mark) {
    if (job.empty() || !sourced_.insert(job).second) return;
    sources_.push_back({.input = job,
                        .noun = "stolen_exits",
                        .dataset = cell.dataset.name,
                        .network = cell.network(),
                        .exits = cell.exits,
                        .seed = cell.seed,
                        .role = "",
                        .attack = "",
                        .exit_source = attack::name(row.exit_source) + mark,
                        .shadow = holder(shadow, row)});
  }

  /// Accuracy, thresholds and observations go into the table beside the verdicts.
  void add_source(const std::string& job, const Cell& cell, const std::string& role) {
    if (!sourced_.insert(job).second) return;
    const std::string stage = job.substr(0, job.find('/'));
    sources_.push_back({.input = job,
                        .noun = stage_info(stage).noun,
                        .dataset = cell.dataset.name,
                        .network = cell.network(),
                        .exits = cell.exits,
                        .seed = cell.seed,
                        .role = role,
                        .attack = "",
                        .exit_source = "",
                        .shadow = ""});
  }

  static std::string model(const Cell& cell, const std::string& role) {
    return fmt::format("{}/{}/seed{}", cell.path(), role, cell.seed);
  }

  static std::string after_stage(const std::string& id) { return id.substr(id.find('/') + 1); }

  using Axes = std::vector<std::pair<std::string, std::string>>;
  static Axes axes(const Cell& cell, const std::string& role) {
    return {{"dataset", cell.dataset.name},
            {"network", cell.network()},
            {"exits", std::to_string(cell.exits)},
            {"role", role},
            {"seed", std::to_string(cell.seed)}};
  }

  /// The job's id; `fill` is asked for settings and inputs the first time only.
  template <class Fill>
  std::string add(const std::string& stage, const std::string& rest, Axes axes, const Fill& fill) {
    std::string id = stage + "/" + rest;
    if (!known_.insert(id).second) return id;
    Job job{.id = id, .stage = stage_info(stage), .config = {}, .inputs = {}, .axes = std::move(axes)};
    fill(job);
    estimate(job, experiment_);
    jobs_.push_back(std::move(job));
    return id;
  }

  const Experiment& experiment_;
  std::vector<Cell> cells_;
  std::vector<Job> jobs_;
  std::unordered_set<std::string> known_;
  std::vector<tabulate::TabulateSource> sources_;
  std::unordered_set<std::string> sourced_;  ///< jobs that are a source already
};

}  // namespace

std::vector<Job> expand(const Experiment& experiment) {
  return Expander(experiment).all();
}

}  // namespace exitaudit
