#include "stages/train/evaluation.h"

#include <algorithm>

#include "stages/common/tensor_io.h"

namespace exitaudit::train {
namespace {

/// Evaluation mode without gradients, while it lives.
class EvaluationGuard {
 public:
  explicit EvaluationGuard(torch::nn::Module& module) : module_(module), was_training_(module.is_training()) {
    module_.eval();
  }
  ~EvaluationGuard() { module_.train(was_training_); }
  EvaluationGuard(const EvaluationGuard&) = delete;
  EvaluationGuard& operator=(const EvaluationGuard&) = delete;

 private:
  torch::NoGradGuard no_gradient_;
  torch::nn::Module& module_;
  bool was_training_;
};

/// Number of labels among the `k` largest logits.
torch::Tensor hits(const torch::Tensor& logits, const torch::Tensor& labels, std::int64_t k) {
  const torch::Tensor best = std::get<1>(logits.topk(std::min(k, logits.size(1)), 1));
  return best.eq(labels.unsqueeze(1)).sum();
}

}  // namespace

ExitHits exit_hits(networks::MultiExitNetwork& network, const SampleBank& samples,
                   const std::vector<std::int64_t>& index, std::int64_t batch_size) {
  const EvaluationGuard evaluating(network);
  const auto exits = network.exits();
  torch::Tensor top1 = torch::zeros({exits}, torch::TensorOptions(torch::kLong).device(samples.device()));
  torch::Tensor top5 = torch::zeros_like(top1);
  for_each_batch(samples, index, batch_size, [&](const Batch& batch) {
    const auto logits = network.forward_all(batch.inputs);
    for (std::int64_t i = 0; i < exits; ++i) {
      top1[i] += hits(logits[static_cast<std::size_t>(i)], batch.labels, 1);
      top5[i] += hits(logits[static_cast<std::size_t>(i)], batch.labels, 5);
    }
  });
  return {.top1 = to_vector<std::int64_t>(top1), .top5 = to_vector<std::int64_t>(top5)};
}

ExitAccuracies accuracies(const ExitHits& hits, std::size_t count) {
  const double samples = static_cast<double>(std::max<std::size_t>(count, 1));
  ExitAccuracies found;
  for (const std::int64_t each : hits.top1) found.top1.push_back(static_cast<double>(each) / samples);
  for (const std::int64_t each : hits.top5) found.top5.push_back(static_cast<double>(each) / samples);
  return found;
}

ExitAccuracies exit_accuracies(networks::MultiExitNetwork& network, const SampleBank& samples,
                               const std::vector<std::int64_t>& index, std::int64_t batch_size) {
  return accuracies(exit_hits(network, samples, index, batch_size), index.size());
}

}  // namespace exitaudit::train
