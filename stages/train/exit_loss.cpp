#include "stages/train/exit_loss.h"

#include "pipeline/base/error.h"

namespace exitaudit::train {
namespace {

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels) {
  return torch::nll_loss(logits.to(torch::kFloat).log_softmax(1), labels);
}

}  // namespace

torch::Tensor exit_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                        const std::vector<double>& coefficients) {
  require(logits.size() == coefficients.size() + 1, "the joint loss needs one coefficient for each early exit");
  torch::Tensor sum = cross_entropy(logits.back(), labels);
  for (std::size_t i = 0; i < coefficients.size(); ++i) sum = sum + coefficients[i] * cross_entropy(logits[i], labels);
  return sum;
}

}  // namespace exitaudit::train
