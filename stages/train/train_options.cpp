#include "stages/train/train_options.h"

namespace exitaudit::train {
namespace {

using networks::Family;

double usual_learning_rate(const TrainJob& job) {
  if (job.train.optimizer == Optimizer::kAdam) return 0.001;
  if (networks::takes_images(job.network.family)) return 0.1;
  const bool wide = job.network.family == Family::kFcn18_3 || job.network.family == Family::kFcn18_4;
  return wide && job.dataset == "texas" ? 0.01 : 0.02;
}

double usual_weight_decay(const TrainJob& job) {
  if (job.train.optimizer == Optimizer::kAdam) return 0;
  const Family family = job.network.family;
  const bool slim = family == Family::kResnet56 || family == Family::kMobilenet || family == Family::kMobilenetV2;
  return slim ? 1e-4 : 5e-4;
}

}  // namespace

void describe(Fields& f, TrainOptions& o) {
  f.integer("epochs", o.epochs, {1, 100000}, "passes over the members");
  f.integer("batch_size", o.batch_size, {2, 1 << 20}, "samples of one step, on each rank");
  choice(f, "optimizer", o.optimizer, kOptimizerNames, "the paper's text says adam, its code uses sgd");
  f.optional_real("learning_rate", o.learning_rate, {0, 100, true},
                  "null: sgd 0.1, fully connected networks 0.02 (0.01 for texas with fcn18_3 and fcn18_4); adam 0.001");
  f.optional_real("weight_decay", o.weight_decay, {0, 1},
                  "null: sgd 0.0005, resnet56 and the mobilenets 0.0001; adam 0");
  f.real("momentum", o.momentum, {0, 0.9999}, "of sgd");
  f.integers("milestones", o.milestones, {1, 100000}, "epochs after which the learning rate decays");
  f.real("decay", o.decay, {0, 1, true}, "factor on the learning rate at each milestone");
  choice(f, "precision", o.precision, kPrecisionNames,
         "arithmetic: fp32, bf16 (GPUs, and CPUs that have it), or tf32 (GPUs); weights are always fp32");
  f.boolean("augment", o.augment, "flip and shift training images (rows of features are left alone)");
  f.integer("evaluate_every", o.evaluate_every, {1, 100000}, "epochs between evaluations; the last one always is");
  f.integer("ranks", o.ranks, {1, 64}, "processes that train one network together, each on a core or GPU of its own");
  f.boolean("synchronize_batch_norm", o.synchronize_batch_norm,
            "normalise over the batches of all ranks rather than each rank's own");
}

void describe(Fields& f, TrainJob& o) {
  f.text("dataset", o.dataset, "name of the dataset");
  f.text("role", o.role, "whose part of the data: target or shadow0");
  f.integer("seed", o.seed, {}, "seed of the study");
  block(f, "network", o.network, "the architecture");
  block(f, "train", o.train, "the recipe");
  block(f, "execution", o.execution, "threads and determinism");
}

void resolve(TrainJob& job) {
  if (!job.train.learning_rate) job.train.learning_rate = usual_learning_rate(job);
  if (!job.train.weight_decay) job.train.weight_decay = usual_weight_decay(job);
}

}  // namespace exitaudit::train
