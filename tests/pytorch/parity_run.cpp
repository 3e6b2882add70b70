#include "tests/pytorch/parity_run.h"

#include <cmath>
#include <memory>
#include <utility>

#include "pipeline/artifact/h5_output.h"
#include "pipeline/base/random.h"
#include "stages/common/batches.h"
#include "stages/common/device.h"
#include "stages/common/tensor_io.h"
#include "stages/networks/initialize.h"
#include "stages/train/trainer.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::test {
namespace {

constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kFeatures = 64;
constexpr std::int64_t kBatch = 16;
constexpr std::int64_t kBatches = 5;  // of an epoch
constexpr std::int64_t kEpochs = 4;
constexpr std::int64_t kMembers = kBatch * kBatches;

/// How wide, and how fast it learns.
struct Pace {
  double width;
  double rate;
};

/// Rates at which rounding does not grow. At the usual 0.1 PyTorch's own float32 and float64 losses part by a tenth
/// within 20 steps: a ReLU that rounding flips weighs much in networks as narrow as these, and each step multiplies
/// what it did. The losses of the mobilenets then move by a thousandth at most; what their steps do is seen in the
/// weights, which compare_losses.py compares too.
Pace pace_of(networks::Family family) {
  switch (family) {
    case networks::Family::kVgg16:
      return {0.125, 1e-5};
    case networks::Family::kWideResnet32:
      return {0.125, 1e-4};
    case networks::Family::kResnet56:
      return {0.25, 1e-6};
    case networks::Family::kMobilenet:
      return {0.25, 5e-8};
    case networks::Family::kMobilenetV2:
      return {0.25, 1e-7};
    default:
      return {0.125, 0.005};
  }
}

train::TrainJob job_of(networks::Family family) {
  train::TrainJob job;
  job.dataset = "parity";
  job.role = "target";
  job.network = {.family = family, .exits = networks::kMostExits, .width = pace_of(family).width};
  job.train.epochs = kEpochs;
  job.train.batch_size = kBatch;
  job.train.milestones = {2};
  job.train.evaluate_every = kEpochs;
  job.train.learning_rate = pace_of(family).rate;
  resolve(job);
  return job;
}

/// The plan without its dropout layers: what remains draws no random number.
networks::NetworkPlan without_dropout(networks::NetworkPlan plan) {
  const auto strip = [](std::vector<networks::Layer>& layers) {
    std::erase_if(layers, [](const networks::Layer& layer) { return layer.kind == networks::LayerKind::kDropout; });
  };
  for (networks::BlockPlan& block : plan.blocks) strip(block.body);
  for (networks::HeadPlan& head : plan.heads) strip(head.layers);
  strip(plan.end);
  return plan;
}

/// Draws the linear layers anew with a gain of one: the small weights of 2.4 would hold the logits at 0 for 20 steps.
void widen(networks::MultiExitNetwork& network) {
  const torch::NoGradGuard no_gradient;
  for (const auto& parameter : network.named_parameters()) {
    torch::Tensor weight = parameter.value();
    if (weight.dim() != 2) continue;
    RandomStream random = stream("parity", parameter.key());
    const double bound = std::sqrt(3.0 / static_cast<double>(weight.size(1)));
    std::vector<float> values(static_cast<std::size_t>(weight.numel()));
    for (float& value : values) value = static_cast<float>(bound * (2 * random.uniform() - 1));
    weight.copy_(torch::tensor(values).view(weight.sizes()));
  }
}

/// The trainer's own order of the members in one epoch.
std::vector<std::int64_t> order_of(const train::TrainJob& job, std::int64_t epoch) {
  return stream("shuffle", job.role, job.dataset, networks::name(job.network.family), job.network.exits, job.seed,
                epoch, std::int64_t{0})
      .permutation(kMembers);
}

void collect_batches(const SampleBank& samples, ParityRun& run) {
  std::vector<torch::Tensor> inputs, labels;
  for (std::int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    for_each_batch(samples, order_of(run.job, epoch), kBatch, [&](const Batch& batch) {
      inputs.push_back(batch.inputs);
      labels.push_back(batch.labels);
    });
  }
  run.inputs = torch::stack(inputs).contiguous();
  run.labels = torch::stack(labels).contiguous();
}

/// One step; its loss out of the sums that a resume point holds.
double loss_of_step(train::Trainer& trainer) {
  const double before = trainer.state().loss_sum;
  trainer.step();
  const bool closed = trainer.between_epochs();
  const double after = closed ? trainer.history().loss.back() * kMembers : trainer.state().loss_sum;
  return (after - before) / kBatch;
}

}  // namespace

ParityRun run_parity(networks::Family family) {
  ParityRun run{
      .job = job_of(family), .shape = {}, .weights = {}, .trained = {}, .inputs = {}, .labels = {}, .losses = {}};
  prepare_device("cpu", run.job.execution);
  const schema::Dataset dataset =
      networks::takes_images(family) ? tiny_images(kMembers, kClasses) : tiny_rows(kMembers, kFeatures, kClasses);
  run.shape = {dataset.shape, dataset.classes, dataset.mean, dataset.deviation};
  auto network =
      std::make_shared<networks::MultiExitNetwork>(without_dropout(networks::make_plan(run.job.network, run.shape)));
  networks::initialize(*network, {run.job.dataset, run.job.role, run.job.seed});
  widen(*network);
  run.weights = module_arrays(*network);
  const SampleBank samples(dataset, torch::kCPU);
  collect_batches(samples, run);
  train::TrainingSamples indices;
  for (std::int64_t i = 0; i < kMembers; ++i) indices.members.push_back(i);
  indices.test = {0};
  train::Trainer trainer(network, run.job, samples, indices);
  while (!trainer.finished()) run.losses.push_back(loss_of_step(trainer));
  run.trained = trainer.weights().arrays;
  return run;
}

void write(const ParityRun& run, const std::filesystem::path& path) {
  H5Output out(path, path, 512);
  const auto write_reals = [&](const std::string& name, const std::vector<double>& values) {
    out.write(name, {H5Element::kDouble, {static_cast<std::int64_t>(values.size())}}, values.data());
  };
  const train::TrainOptions& recipe = run.job.train;
  out.write_attribute("family", std::string(networks::name(run.job.network.family)));
  out.write_attribute("exits", run.job.network.exits);
  out.write_attribute("width", run.job.network.width);
  out.write_attribute("classes", run.shape.classes);
  out.write_attribute("learning_rate", recipe.learning_rate.value());
  out.write_attribute("weight_decay", recipe.weight_decay.value());
  out.write_attribute("momentum", recipe.momentum);
  out.write_attribute("milestone", recipe.milestones.at(0));
  out.write_attribute("decay", recipe.decay);
  out.write_attribute("batches_per_epoch", kBatches);
  const auto write_arrays = [&](const std::string& group, const std::vector<schema::NamedArray>& arrays) {
    for (const auto& array : arrays) {
      out.write(group + array.name, {H5Element::kFloat, array.shape}, array.values.data());
    }
  };
  write_arrays("parameters/", run.weights);
  write_arrays("trained/", run.trained);
  out.write("inputs", {H5Element::kFloat, run.inputs.sizes().vec()}, run.inputs.const_data_ptr<float>());
  out.write("labels", {H5Element::kInt64, run.labels.sizes().vec()}, run.labels.const_data_ptr<std::int64_t>());
  write_reals("losses", run.losses);
  out.close();
}

}  // namespace exitaudit::test
