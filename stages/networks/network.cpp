#include "stages/networks/network.h"

#include <utility>

#include "pipeline/base/error.h"
#include "stages/networks/network_text.h"

namespace exitaudit::networks {
namespace {

/// One value a channel, as a map that broadcasts over [batch, channels, side, side].
torch::Tensor per_channel(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat).view({1, static_cast<std::int64_t>(values.size()), 1, 1});
}

/// Samples `rows` of a batch, in the batch's own memory format.
torch::Tensor rows_of(const torch::Tensor& batch, const torch::Tensor& rows) {
  if (batch.dim() != 4 || !batch.is_contiguous(torch::MemoryFormat::ChannelsLast)) return batch.index_select(0, rows);
  return batch.permute({0, 2, 3, 1}).index_select(0, rows).permute({0, 3, 1, 2});
}

}  // namespace

MultiExitNetwork::MultiExitNetwork(NetworkPlan plan) : plan_(std::move(plan)) {
  if (!plan_.shape.mean.empty()) {
    auto normalize = register_module("normalize", std::make_shared<torch::nn::Module>());
    mean_ = normalize->register_buffer("mean", per_channel(plan_.shape.mean));
    deviation_ = normalize->register_buffer("deviation", per_channel(plan_.shape.deviation));
  }
  if (!plan_.stem.empty()) stem_ = register_module("stem", std::make_shared<Chain>(plan_.stem));
  auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
  for (const BlockPlan& block : plan_.blocks) {
    blocks_.push_back(blocks->register_module(std::to_string(blocks_.size()), std::make_shared<Block>(block)));
  }
  auto heads = register_module("heads", std::make_shared<torch::nn::Module>());
  for (const HeadPlan& head : plan_.heads) {
    heads_.push_back(heads->register_module(std::to_string(heads_.size()), std::make_shared<ExitHead>(head)));
  }
  end_ = register_module("end", std::make_shared<Chain>(plan_.end));
}

void MultiExitNetwork::pretty_print(std::ostream& stream) const {
  stream << to_text(plan_);
}

torch::Tensor MultiExitNetwork::normalized(const torch::Tensor& x) const {
  return mean_.defined() ? (x - mean_) / deviation_ : x;
}

template <class AtExit>
torch::Tensor MultiExitNetwork::walk(const torch::Tensor& x, AtExit at_exit) const {
  torch::Tensor map = normalized(x);
  if (stem_) map = stem_->forward(map);
  std::size_t next = 0;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    map = blocks_[i]->forward(map);
    const bool has_head = next < heads_.size() && plan_.heads[next].after_block == static_cast<std::int64_t>(i);
    if (has_head && !at_exit(*heads_[next++], map)) return {};
  }
  return map;
}

std::vector<torch::Tensor> MultiExitNetwork::forward_all(const torch::Tensor& x) const {
  std::vector<torch::Tensor> logits;
  const torch::Tensor map = walk(x, [&](const ExitHead& head, const torch::Tensor& at) {
    logits.push_back(head.forward(at));
    return true;
  });
  logits.push_back(end_->forward(map));
  return logits;
}

ExitViews MultiExitNetwork::forward_with_features(const torch::Tensor& x) const {
  ExitViews views;
  const auto look = [&](const torch::Tensor& features, const Chain& classifier) {
    views.features.push_back(features);
    views.logits.push_back(classifier.forward_last(features));
    return true;
  };
  const torch::Tensor map =
      walk(x, [&](const ExitHead& head, const torch::Tensor& at) { return look(head.features(at), head); });
  look(end_->forward_but_last(map), *end_);
  return views;
}

EarlyAnswer MultiExitNetwork::forward_until_confident(const torch::Tensor& x, double tau) const {
  require(x.size(0) == 1, "forward_until_confident takes one sample at a time");
  EarlyAnswer answer;
  const torch::Tensor map = walk(x, [&](const ExitHead& head, const torch::Tensor& at) {
    answer.logits = head.forward(at);
    const bool confident = answer.logits.softmax(1).max().item<float>() >= tau;
    if (!confident) ++answer.exit;
    return !confident;
  });
  if (map.defined()) answer.logits = end_->forward(map);
  return answer;
}

void MultiExitNetwork::synchronize_batch_norm(const SumOverRanks& sum) {
  for (const auto& module : modules()) {
    if (auto* chain = dynamic_cast<Chain*>(module.get())) chain->synchronize_batch_norm(sum);
  }
}

EarlyDecisions MultiExitNetwork::decide_early(const torch::Tensor& x, double tau) const {
  const auto integers = torch::TensorOptions(torch::kLong).device(x.device());
  EarlyDecisions found{.labels = torch::empty({x.size(0)}, integers), .exits = torch::empty({x.size(0)}, integers)};
  torch::Tensor inside = torch::arange(x.size(0), integers);  // rows of x that are still in the batch
  std::int64_t exit = 0;
  const auto answer = [&](const torch::Tensor& rows, const torch::Tensor& logits) {
    found.labels.index_copy_(0, rows, logits.argmax(1));
    found.exits.index_fill_(0, rows, exit);
  };
  const torch::Tensor map = walk(x, [&](const ExitHead& head, torch::Tensor& at) {
    const torch::Tensor logits = head.forward(at);
    const torch::Tensor confident = logits.softmax(1).amax(1).to(torch::kDouble).ge(tau);
    const torch::Tensor leaving = confident.nonzero().squeeze(1);
    if (leaving.size(0) > 0) {
      answer(inside.index_select(0, leaving), logits.index_select(0, leaving));
      const torch::Tensor staying = confident.logical_not().nonzero().squeeze(1);
      inside = inside.index_select(0, staying);
      at = rows_of(at, staying);
    }
    ++exit;
    return inside.size(0) > 0;
  });
  if (map.defined()) answer(inside, end_->forward(map));
  return found;
}

std::shared_ptr<MultiExitNetwork> make_network(const NetworkOptions& options, const NetworkShape& shape) {
  return std::make_shared<MultiExitNetwork>(make_plan(options, shape));
}

}  // namespace exitaudit::networks
