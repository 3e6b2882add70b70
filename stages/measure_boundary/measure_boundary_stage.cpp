#include "stages/measure_boundary/measure_boundary_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/common/trained_network.h"
#include "stages/measure_boundary/bit_flip.h"
#include "stages/measure_boundary/boundary_samples.h"
#include "stages/measure_boundary/hop_skip_jump.h"
#include "stages/measure_boundary/measure_boundary_options.h"
#include "stages/schema/distances.h"
#include "stages/schema/partition.h"
#include "stages/schema/thresholds.h"

namespace exitaudit::measure_boundary {
namespace {

/// Shows how far the search is, how fast, and how long it will take; stops it on request.
class Watch {
 public:
  Watch(StageContext& context, const DecisionOracle& oracle, std::int64_t samples)
      : context_(context), oracle_(oracle), samples_(samples) {}

  void look(std::int64_t finished, double fraction) {
    if (context_.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the search starts over");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    context_.progress(fraction, fmt::format("{}/{} samples, {:.0f} queries/s, {:.0f} s left", finished, samples_,
                                            static_cast<double>(oracle_.queries()) / std::max(seconds, 1e-3),
                                            seconds * (1 - fraction) / std::max(fraction, 1e-3)));
  }

 private:
  StageContext& context_;
  const DecisionOracle& oracle_;
  std::int64_t samples_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// The truth about the chosen rows; what the search finds is still missing.
schema::Distances outline(const schema::Observations& observations, const std::vector<std::size_t>& rows) {
  schema::Distances found;
  found.exits = observations.exits;
  found.exit_share = exit_shares(observations);
  for (const std::size_t row : rows) {
    found.index.push_back(observations.index[row]);
    found.member.push_back(observations.member[row]);
    found.label.push_back(observations.label[row]);
    found.exit_taken.push_back(observations.exit_taken[row]);
  }
  return found;
}

void add_answer(schema::Distances& found, std::int64_t prediction, std::int64_t queries) {
  const std::size_t row = found.prediction.size();
  found.prediction.push_back(static_cast<std::int32_t>(prediction));
  found.correct.push_back(prediction == found.label[row] ? 1 : 0);
  found.queries.push_back(queries);
}

void search_images(schema::Distances& found, DecisionOracle& oracle, const torch::Tensor& samples,
                   const std::vector<std::string>& names, const MeasureBoundaryOptions& options, Watch& watch) {
  const HopSkipJumpSettings settings{
      .iterations = options.iterations, .initial_probes = options.initial_probes, .most_probes = options.most_probes};
  found.method = schema::kHopSkipJump;
  const auto points = hop_skip_jump(oracle, samples, found.index, names, settings,
                                    [&](const SearchProgress& p) { watch.look(p.finished, p.fraction); });
  for (const BoundaryPoint& point : points) {
    add_answer(found, point.label, point.queries);
    found.found.push_back(point.found ? 1 : 0);
    found.distance.push_back(point.distance);
  }
}

void search_rows(schema::Distances& found, DecisionOracle& oracle, const torch::Tensor& rows,
                 const std::vector<std::string>& names, const MeasureBoundaryOptions& options, Watch& watch) {
  found.method = schema::kBitFlips;
  found.rates = flip_rates(rows.size(1));
  const auto count = static_cast<double>(rows.size(0));
  const auto flipped = flip_bits(oracle, rows, found.index, names, found.rates, options.flips,
                                 [&](std::int64_t done) { watch.look(done, static_cast<double>(done) / count); });
  for (const FlippedRow& row : flipped) {
    add_answer(found, row.label, row.queries);
    found.share.insert(found.share.end(), row.shares.begin(), row.shares.end());
  }
}

/// [n, d] float32 on the bank's device.
torch::Tensor rows_of(const SampleBank& samples, const std::vector<std::int64_t>& index) {
  return samples.inputs(index_tensor(index, samples.device())).flatten(1).contiguous();
}

}  // namespace

void measure_boundary_stage(StageContext& context) {
  const auto job = read_slice<MeasureBoundaryJob>(context.config());
  const MeasureBoundaryOptions& options = job.measure_boundary;
  const torch::Device device = prepare_device(context.device(), job.execution);
  schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  schema::check(schema::read_partition(context.input("partition")), dataset.count());
  const double tau = schema::read_thresholds(context.input("thresholds")).tau;
  const auto network = load_network(context, "weights", job.network, shape_for(dataset), device);
  NetworkOracle oracle(network, tau, dataset.shape);

  const schema::Observations observations = schema::read_observations(context.input("observations"));
  const std::vector<std::string> names{"measure_boundary", dataset.name, std::to_string(job.seed)};
  const bool images = dataset.images;
  const std::int64_t cap = images ? options.samples_per_exit : options.rows_per_exit;
  schema::Distances found =
      outline(observations, choose_boundary_samples(observations, options.population, cap, names));
  found.dimension = dataset.sample_size();
  const SampleBank samples(std::move(dataset), device);
  const torch::Tensor inputs = rows_of(samples, found.index);
  Watch watch(context, oracle, found.count());
  (images ? search_images : search_rows)(found, oracle, inputs, names, options, watch);
  log_info("{} samples, {} queries", found.count(), oracle.queries());
  note_environment(context.output().header(), device, job.execution);
  schema::write(context.output(), found);
}

}  // namespace exitaudit::measure_boundary
