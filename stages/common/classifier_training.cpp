#include "stages/attack/mlp_training.h"

#include <cmath>
#include <numbers>

#include "pipeline/base/random.h"

namespace exitaudit::attack {
namespace {

constexpr std::int64_t kHoldoutPart = 5;  ///< one in five shadow samples is held out

torch::Tensor shuffled(std::int64_t count, std::vector<std::string> names, const std::string& purpose) {
  names.push_back(purpose);
  return torch::tensor(RandomStream(names).permutation(count), torch::kInt64);
}

/// CosineAnnealing with T_max = epochs, stepped once an epoch.
double learning_rate(const AttackOptions& options, std::int64_t epoch) {
  const double turn = std::numbers::pi * static_cast<double>(epoch) / static_cast<double>(options.epochs);
  return options.learning_rate * (1 + std::cos(turn)) / 2;
}

torch::optim::SGD optimizer(const torch::nn::Module& network, const AttackOptions& options) {
  return torch::optim::SGD(
      network.parameters(),
      torch::optim::SGDOptions(options.learning_rate).momentum(options.momentum).weight_decay(options.weight_decay));
}

void set_learning_rate(torch::optim::SGD& sgd, double rate) {
  for (auto& group : sgd.param_groups()) group.options().set_lr(rate);
}

void train_epoch(torch::optim::SGD& sgd, const Forward& forward, const torch::Tensor& rows, const torch::Tensor& member,
                 std::int64_t batch_size) {
  for (const torch::Tensor& batch : rows.split(batch_size)) {
    sgd.zero_grad();
    torch::nn::functional::cross_entropy(forward(batch), member.index_select(0, batch)).backward();
    sgd.step();
  }
}

/// Keeps the parameters of the epoch that was right most often on the held-out samples; the first of equals.
class BestEpoch {
 public:
  BestEpoch(torch::nn::Module& network, torch::Tensor held_out) : network_(network), held_out_(std::move(held_out)) {}

  void look(const Forward& forward, const torch::Tensor& member) {
    torch::NoGradGuard no_grad;
    network_.eval();
    const torch::Tensor answers = forward(held_out_).argmax(1);
    network_.train();
    const auto right = answers.eq(member.index_select(0, held_out_)).sum().item<std::int64_t>();
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

}  // namespace

void train_attack(torch::nn::Module& network, const Forward& forward, const torch::Tensor& member,
                  const AttackOptions& options, const std::vector<std::string>& names, const EpochDone& epoch_done) {
  const std::int64_t count = member.size(0);
  const std::int64_t held_out = options.selection == Selection::kShadowHoldout ? count / kHoldoutPart : 0;
  const torch::Tensor order = shuffled(count, names, "holdout").to(member.device());
  const torch::Tensor rows = order.slice(0, held_out);
  BestEpoch best(network, order.slice(0, 0, held_out));
  torch::optim::SGD sgd = optimizer(network, options);
  network.train();
  for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    set_learning_rate(sgd, learning_rate(options, epoch));
    const torch::Tensor turn = shuffled(rows.size(0), names, "shuffle" + std::to_string(epoch)).to(rows.device());
    train_epoch(sgd, forward, rows.index_select(0, turn), member, options.batch_size);
    if (held_out > 0) best.look(forward, member);
    epoch_done(epoch + 1);
  }
  if (held_out > 0) best.restore();
  network.eval();
}

}  // namespace exitaudit::attack
