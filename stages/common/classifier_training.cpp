#include "stages/common/classifier_training.h"

#include <cmath>
#include <mutex>
#include <numbers>
#include <utility>

#include "pipeline/base/random.h"
#include "stages/common/device.h"

namespace exitaudit {
namespace {

constexpr std::int64_t kHoldoutPart = 5;  ///< one in five shadow samples is held out

RandomStream purpose_stream(std::vector<std::string> names, const std::string& purpose) {
  names.push_back(purpose);
  return RandomStream(names);
}

torch::Tensor shuffled(std::int64_t count, const std::vector<std::string>& names, const std::string& purpose) {
  return torch::tensor(purpose_stream(names, purpose).permutation(count), torch::kInt64);
}

void seed_dropout(const torch::Device& device, std::uint64_t seed) {
  at::Generator generator = dropout_generator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(seed);
}

/// CosineAnnealing with T_max = epochs, stepped once an epoch.
double learning_rate(const ClassifierRecipe& recipe, std::int64_t epoch) {
  const double turn = std::numbers::pi * static_cast<double>(epoch) / static_cast<double>(recipe.epochs);
  return recipe.learning_rate * (1 + std::cos(turn)) / 2;
}

torch::optim::SGD optimizer(const torch::nn::Module& network, const ClassifierRecipe& recipe) {
  return torch::optim::SGD(
      network.parameters(),
      torch::optim::SGDOptions(recipe.learning_rate).momentum(recipe.momentum).weight_decay(recipe.weight_decay));
}

void set_learning_rate(torch::optim::SGD& sgd, double rate) {
  for (auto& group : sgd.param_groups()) group.options().set_lr(rate);
}

void train_epoch(torch::optim::SGD& sgd, const Forward& forward, const torch::Tensor& rows,
                 const torch::Tensor& classes, std::int64_t batch_size) {
  for (const torch::Tensor& batch : rows.split(batch_size)) {
    sgd.zero_grad();
    torch::nn::functional::cross_entropy(forward(batch), classes.index_select(0, batch)).backward();
    sgd.step();
  }
}

/// Keeps the parameters of the epoch that was right most often on the held-out samples; the first of equals.
class BestEpoch {
 public:
  BestEpoch(torch::nn::Module& network, torch::Tensor held_out) : network_(network), held_out_(std::move(held_out)) {}

  void look(const Forward& forward, const torch::Tensor& classes) {
    torch::NoGradGuard no_grad;
    network_.eval();
    const torch::Tensor answers = forward(held_out_).argmax(1);
    network_.train();
    const auto right = answers.eq(classes.index_select(0, held_out_)).sum().item<std::int64_t>();
    if (right <= best_) return;
    best_ = right;
    kept_.clear();
    for (const torch::Tensor& parameter : network_.parameters()) kept_.push_back(parameter.clone());
  }

  void restore() {
    torch::NoGradGuard no_grad;
    std::size_t place = 0;
    for (torch::Tensor& parameter : network_.parameters()) parameter.copy_(kept_[place++]);
  }

 private:
  torch::nn::Module& network_;
  torch::Tensor held_out_;
  std::int64_t best_ = -1;
  std::vector<torch::Tensor> kept_;
};

void fill_uniform(torch::Tensor parameter, double bound, RandomStream random) {
  std::vector<float> values(static_cast<std::size_t>(parameter.numel()));
  for (float& value : values) value = static_cast<float>((2 * random.uniform() - 1) * bound);
  parameter.copy_(torch::from_blob(values.data(), parameter.sizes(), torch::kFloat32));
}

/// Inputs behind one output of a layer; 0 for a module that is no such layer.
std::int64_t fan_in(torch::nn::Module& module) {
  if (const auto* linear = module.as<torch::nn::Linear>()) return linear->weight.size(1);
  if (const auto* convolution = module.as<torch::nn::Conv2d>()) return convolution->weight[0].numel();
  return 0;
}

}  // namespace

void train_classifier(torch::nn::Module& network, const Forward& forward, const torch::Tensor& classes,
                      const ClassifierRecipe& recipe, const std::vector<std::string>& names,
                      const EpochDone& epoch_done) {
  const std::int64_t count = classes.size(0);
  const std::int64_t held_out = recipe.hold_out ? count / kHoldoutPart : 0;
  const torch::Tensor order = shuffled(count, names, "holdout").to(classes.device());
  const torch::Tensor rows = order.slice(0, held_out);
  BestEpoch best(network, order.slice(0, 0, held_out));
  torch::optim::SGD sgd = optimizer(network, recipe);
  network.train();
  for (std::int64_t epoch = 0; epoch < recipe.epochs; ++epoch) {
    const std::string mark = std::to_string(epoch);
    set_learning_rate(sgd, learning_rate(recipe, epoch));
    seed_dropout(classes.device(), purpose_stream(names, "dropout" + mark)());
    const torch::Tensor turn = shuffled(rows.size(0), names, "shuffle" + mark).to(rows.device());
    train_epoch(sgd, forward, rows.index_select(0, turn), classes, recipe.batch_size);
    if (held_out > 0) best.look(forward, classes);
    epoch_done(epoch + 1);
  }
  if (held_out > 0) best.restore();
  network.eval();
}

void initialize_layers(torch::nn::Module& network, const std::vector<std::string>& names) {
  torch::NoGradGuard no_grad;
  for (const auto& module : network.named_modules()) {
    const std::int64_t inputs = fan_in(*module.value());
    if (inputs == 0) continue;
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (const auto& parameter : module.value()->named_parameters()) {
      fill_uniform(parameter.value(), bound, purpose_stream(names, module.key() + "." + parameter.key()));
    }
  }
}

}  // namespace exitaudit
