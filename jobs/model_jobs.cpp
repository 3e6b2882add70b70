#include "jobs/model_jobs.h"

#include <fmt/format.h>

namespace exitaudit {

/// ingest: raw files become one artifact, whatever their format.
std::string ModelJobs::ingest(const Cell& cell) {
  return book_.add("ingest", cell.dataset.name, {{"dataset", cell.dataset.name}},
                   [&](Job& job) { job.config = make_slice(ingest::IngestJob{cell.dataset}); });
}

/// split: four disjoint equal parts, the same for all architectures and exits of a dataset (1.3).
std::string ModelJobs::split(const Cell& cell) {
  const JobBook::Axes axes{{"dataset", cell.dataset.name}, {"seed", std::to_string(cell.seed)}};
  return book_.add("split", fmt::format("{}/seed{}", cell.dataset.name, cell.seed), axes, [&](Job& job) {
    job.config =
        make_slice(split::SplitJob{.dataset = cell.dataset.name, .seed = cell.seed, .split = experiment_.split});
    job.inputs = {{"dataset", ingest(cell)}};
  });
}

networks::NetworkOptions ModelJobs::network(const Cell& cell) const {
  return {.family = cell.family,
          .exits = cell.exits,
          .width = experiment_.network.width,
          .placement = experiment_.network.placement,
          .head_activation = experiment_.network.head_activation};
}

/// import_weights: the user's own model, where the study names one for this cell and role.
std::string ModelJobs::import_weights(const Cell& cell, const std::string& role, const import_weights::ImportRow& row) {
  return book_.add("import_weights", model_path(cell, role), JobBook::axes(cell, role), [&](Job& job) {
    job.config = make_slice(import_weights::ImportWeightsJob{.network = network(cell), .sha256 = row.sha256});
    job.inputs = {{"dataset", ingest(cell)}};
  });
}

/// train: target and shadow by the same recipe on their own parts (3), unless the model is there already.
std::string ModelJobs::train(const Cell& cell, const std::string& role) {
  for (const import_weights::ImportRow& row : experiment_.import_weights) {
    const bool same_cell = row.dataset == cell.dataset.name && row.network == cell.family && row.exits == cell.exits &&
                           row.seed == cell.seed;
    if (same_cell && import_weights::name(row.role) == role) return import_weights(cell, role, row);
  }
  return book_.add("train", model_path(cell, role), JobBook::axes(cell, role), [&](Job& job) {
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
std::string ModelJobs::calibrate(const Cell& cell, const std::string& role) {
  return book_.add("calibrate", model_path(cell, role), JobBook::axes(cell, role), [&](Job& job) {
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

std::string ModelJobs::thresholds(const Cell& cell, const std::string& role, ShadowTau tau) {
  return calibrate(cell, tau == ShadowTau::kOwn ? role : kTarget);
}

std::string ModelJobs::tau_mark(const std::string& role, ShadowTau tau) const {
  const bool differs = role != kTarget && tau == ShadowTau::kOwn && experiment_.shadow_tau == ShadowTau::kTarget;
  return differs ? "/tau=own" : "";
}

/// record: what the model shows of each sample, at its tau (5).
std::string ModelJobs::record(const Cell& cell, const std::string& role, ShadowTau tau) {
  const std::string rest = fmt::format("{}/{}{}/seed{}", cell.path(), role, tau_mark(role, tau), cell.seed);
  return book_.add("record", rest, JobBook::axes(cell, role), [&](Job& job) {
    job.config = make_slice(record::RecordJob{
        .role = role, .network = network(cell), .record = experiment_.record, .execution = experiment_.execution});
    job.inputs = {{"weights", train(cell, role)},
                  {"thresholds", thresholds(cell, role, tau)},
                  {"dataset", ingest(cell)},
                  {"partition", split(cell)}};
  });
}

/// characterize: loss distributions, divergence, use of exits (8).
std::string ModelJobs::characterize(const Cell& cell) {
  return book_.add("characterize", model_path(cell, kTarget), JobBook::axes(cell, kTarget), [&](Job& job) {
    job.config = make_slice(characterize::CharacterizeJob{.dataset = cell.dataset.name,
                                                          .network = cell.network(),
                                                          .exits = cell.exits,
                                                          .seed = cell.seed,
                                                          .characteristics = experiment_.characteristics});
    job.inputs = {{"observations", record(cell, kTarget)}, {"thresholds", calibrate(cell, kTarget)}};
  });
}

/// measure_boundary: how far samples are from another label (5.4, 5.5).
std::string ModelJobs::measure_boundary(const Cell& cell, const std::string& role, ShadowTau tau) {
  const std::string rest = fmt::format("{}/{}{}/seed{}", cell.path(), role, tau_mark(role, tau), cell.seed);
  return book_.add("measure_boundary", rest, JobBook::axes(cell, role), [&](Job& job) {
    job.config = make_slice(measure_boundary::MeasureBoundaryJob{.role = role,
                                                                 .seed = cell.seed,
                                                                 .network = network(cell),
                                                                 .measure_boundary = experiment_.measure_boundary,
                                                                 .execution = experiment_.execution});
    job.inputs = {{"weights", train(cell, role)},
                  {"thresholds", thresholds(cell, role, tau)},
                  {"dataset", ingest(cell)},
                  {"partition", split(cell)},
                  {"observations", record(cell, role, tau)}};
  });
}

/// measure_latency: a gang of copies of one model, alone on its node (6.2).
std::string ModelJobs::measure_latency(const Cell& cell, const std::string& role, const std::string& samples_of,
                                       ShadowTau tau, std::int64_t copies) {
  const std::string rest = fmt::format("{}/{}{}/copies={}/on={}/seed{}", cell.path(), role, tau_mark(role, tau), copies,
                                       samples_of, cell.seed);
  return book_.add("measure_latency", rest, JobBook::axes(cell, role), [&](Job& job) {
    job.config = make_slice(measure_latency::MeasureLatencyJob{.role = role,
                                                               .samples_of = samples_of,
                                                               .network = network(cell),
                                                               .copies_per_device = copies,
                                                               .measure_latency = experiment_.measure_latency});
    job.inputs = {{"weights", train(cell, role)},
                  {"thresholds", thresholds(cell, role, tau)},
                  {"dataset", ingest(cell)},
                  {"partition", split(cell)}};
    job.ranks = static_cast<int>(copies * experiment_.measure_latency.devices);
    job.pool = Pool::kTiming;
  });
}

}  // namespace exitaudit
