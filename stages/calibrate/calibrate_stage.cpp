#include "stages/calibrate/calibrate_stage.h"

#include <memory>
#include <string>
#include <utility>

#include "pipeline/base/log.h"
#include "stages/calibrate/calibrate_options.h"
#include "stages/calibrate/threshold_search.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/common/tensor_io.h"
#include "stages/common/trained_network.h"
#include "stages/networks/cost.h"
#include "stages/networks/network.h"
#include "stages/schema/partition.h"

namespace exitaudit::calibrate {
namespace {

constexpr std::int64_t kBatch = 256;

/// A trained network and what its exits cost.
struct Model {
  std::shared_ptr<networks::MultiExitNetwork> network;
  ExitOperations operations;
};

Model load_model(StageContext& context, const std::string& input, const networks::NetworkOptions& options,
                 const networks::NetworkShape& shape, const torch::Device& device) {
  Model model{.network = load_network(context, input, options, shape, device), .operations = {}};
  model.operations = {.official = networks::exit_costs(model.network->plan(), networks::CostRule::kOfficial),
                      .corrected = networks::exit_costs(model.network->plan(), networks::CostRule::kCorrected)};
  return model;
}

ExitAnswers answers_of(const Model& model, const SampleBank& samples, const std::vector<std::int64_t>& index) {
  const torch::NoGradGuard no_gradient;
  ExitAnswers answers{.exits = model.network->exits(), .confidence = {}, .correct = {}};
  for_each_batch(samples, index, kBatch, [&](const Batch& batch) {
    const torch::Tensor logits = torch::stack(model.network->forward_all(batch.inputs), 1);
    const auto confidences = to_vector<float>(logits.softmax(2).amax(2));
    const auto correct = to_vector<std::uint8_t>(logits.argmax(2).eq(batch.labels.unsqueeze(1)));
    answers.confidence.insert(answers.confidence.end(), confidences.begin(), confidences.end());
    answers.correct.insert(answers.correct.end(), correct.begin(), correct.end());
  });
  return answers;
}

VanillaFigures figures_of(const Model& vanilla, const SampleBank& samples, const std::vector<std::int64_t>& index) {
  return {.accuracy = accuracy_per_exit(answers_of(vanilla, samples, index)).at(0),
          .ops_official = vanilla.operations.official.at(0),
          .ops_corrected = vanilla.operations.corrected.at(0)};
}

schema::Thresholds calibrate(const Model& model, const Model& vanilla, const SampleBank& samples,
                             const schema::Side& side, const CalibrateOptions& options) {
  const ExitAnswers calibration = answers_of(model, samples, side.calibration);
  schema::Thresholds found =
      search_thresholds(calibration, model.operations, figures_of(vanilla, samples, side.calibration), options);
  const ExitAnswers test = answers_of(model, samples, side.non_members);
  const ExitAnswers train = answers_of(model, samples, side.members);
  found.on_test = point_at(found.tau, test, model.operations);
  found.on_train = point_at(found.tau, train, model.operations);
  found.test_accuracy_per_exit = accuracy_per_exit(test);
  found.train_accuracy_per_exit = accuracy_per_exit(train);
  return found;
}

}  // namespace

void calibrate_stage(StageContext& context) {
  const auto job = read_slice<CalibrateJob>(context.config());
  const torch::Device device = prepare_device(context.device(), job.execution);
  schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  const schema::Partition partition = schema::read_partition(context.input("partition"));
  schema::check(partition, dataset.count());
  const networks::NetworkShape shape{dataset.shape, dataset.classes, dataset.mean, dataset.deviation};
  const Model model = load_model(context, "weights", job.network, shape, device);
  networks::NetworkOptions one_exit = job.network;
  one_exit.exits = 1;
  const Model vanilla =
      job.network.exits == 1 ? model : load_model(context, "vanilla_weights", one_exit, shape, device);
  const SampleBank samples(std::move(dataset), device);
  const schema::Thresholds found = calibrate(model, vanilla, samples, partition.side(job.role), job.calibrate);
  log_info("tau {}: accuracy {:.4f} on the test part, vanilla {:.4f} on the calibration samples", found.tau,
           found.on_test.accuracy, found.vanilla_accuracy);
  note_environment(context.output().header(), device, job.execution);
  schema::write(context.output(), found);
}

}  // namespace exitaudit::calibrate
