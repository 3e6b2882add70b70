#pragma once
// Chain: the layers of a plan as one module; its children carry the plan's names.

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "stages/networks/network_plan.h"
#include "stages/networks/synchronized_batch_norm.h"

namespace exitaudit::networks {

class Chain : public torch::nn::Module {
 public:
  explicit Chain(const std::vector<Layer>& layers);
  Chain(const Chain&) = delete;  // steps refer to their chain
  Chain& operator=(const Chain&) = delete;
  torch::Tensor forward(torch::Tensor x) const { return run(std::move(x), steps_.size()); }
  /// All but the last layer: for a classifier, the input of its last layer.
  torch::Tensor forward_but_last(torch::Tensor x) const { return run(std::move(x), steps_.size() - 1); }
  torch::Tensor forward_last(torch::Tensor x) const { return steps_.back()(x); }
  /// From now on batches are normalised over a team, in training mode.
  void synchronize_batch_norm(const SumOverRanks& sum) { sum_over_ranks_ = sum; }

 private:
  using Step = std::function<torch::Tensor(const torch::Tensor&)>;
  Step make_step(const Layer& layer);
  Step make_conv(const Layer& layer);
  Step make_batch_norm(const Layer& layer);
  template <class Holder>
  Step normalize(Holder norm);
  torch::Tensor run(torch::Tensor x, std::size_t count) const;
  std::vector<Step> steps_;
  SumOverRanks sum_over_ranks_;
};

/// A chain, with the shortcut around it where the plan has one.
class Block : public Chain {
 public:
  explicit Block(const BlockPlan& plan);
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  std::shared_ptr<Chain> shortcut_;
  bool residual_;
  bool relu_after_sum_;
};

/// An early exit's classifier behind its learnt mix of max and average pooling (specification 2.3).
class ExitHead : public Chain {
 public:
  explicit ExitHead(const HeadPlan& plan);
  /// The last layer's input, from the backbone's map.
  torch::Tensor features(const torch::Tensor& map) const { return forward_but_last(pooled(map)); }
  torch::Tensor forward(const torch::Tensor& map) const { return Chain::forward(pooled(map)); }

 private:
  torch::Tensor pooled(const torch::Tensor& map) const;
  std::int64_t pool_;
  torch::Tensor mix_;
};

}  // namespace exitaudit::networks
