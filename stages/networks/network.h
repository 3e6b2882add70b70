#pragma once
// MultiExitNetwork: images or rows in, logits of every exit out. Made from a plan, whatever the family.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "stages/networks/chain.h"
#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

/// What every exit shows of a batch.
struct ExitViews {
  std::vector<torch::Tensor> logits;    ///< [exits] of [batch, classes]
  std::vector<torch::Tensor> features;  ///< [exits] of [batch, features]: the input of each exit's last layer
};

/// The answer to one sample, and where it left.
struct EarlyAnswer {
  torch::Tensor logits;  ///< [1, classes]
  std::int64_t exit = 0;
};

/// The labels of a batch, each from the exit where its sample left.
struct EarlyDecisions {
  torch::Tensor labels;  ///< [batch] int64
  torch::Tensor exits;   ///< [batch] int64
};

/// Parameters and buffers have stable names: "normalize.mean", "stem.conv.weight", "blocks.0.norm.running_mean",
/// "blocks.9.shortcut.conv.weight", "heads.0.mix", "heads.0.linear1.bias", "end.linear0.weight".
class MultiExitNetwork : public torch::nn::Module {
 public:
  explicit MultiExitNetwork(NetworkPlan plan);

  /// `x` holds pixels or bits in [0, 1]; normalising is the network's first layer.
  std::vector<torch::Tensor> forward_all(const torch::Tensor& x) const;
  ExitViews forward_with_features(const torch::Tensor& x) const;
  /// Stops at the first exit whose largest softmax value is >= tau, else at the last; `x` is a batch of one (4).
  EarlyAnswer forward_until_confident(const torch::Tensor& x, double tau) const;
  /// The same rule for a batch; who has left is not carried through the blocks behind. On the CPU a sample's last bits
  /// may depend on who shares its batch.
  EarlyDecisions decide_early(const torch::Tensor& x, double tau) const;

  /// From now on batches are normalised over a team, in training mode (see SumOverRanks).
  void synchronize_batch_norm(const SumOverRanks& sum);

  /// `stream << network`: its plan as text.
  void pretty_print(std::ostream& stream) const override;

  const NetworkPlan& plan() const { return plan_; }
  std::int64_t exits() const { return plan_.exits(); }

 private:
  torch::Tensor normalized(const torch::Tensor& x) const;
  /// Calls `at_exit(head, map)` at each early exit, which may take samples out of `map`; returns the last block's
  /// output, or nothing once it says stop.
  template <class AtExit>
  torch::Tensor walk(const torch::Tensor& x, AtExit at_exit) const;

  NetworkPlan plan_;
  torch::Tensor mean_;
  torch::Tensor deviation_;
  std::shared_ptr<Chain> stem_;
  std::vector<std::shared_ptr<Block>> blocks_;
  std::vector<std::shared_ptr<ExitHead>> heads_;
  std::shared_ptr<Chain> end_;
};

/// A network with torch's own initial weights: load weights into it, or call initialize(). Errors as make_plan().
std::shared_ptr<MultiExitNetwork> make_network(const NetworkOptions& options, const NetworkShape& shape);

}  // namespace exitaudit::networks
