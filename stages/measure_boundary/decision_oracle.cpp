#include "stages/measure_boundary/decision_oracle.h"

#include <utility>

namespace exitaudit::measure_boundary {
namespace {

/// A core's caches want few images at a time; rows are small, and a GPU has thousands of threads.
std::int64_t best_batch(const networks::MultiExitNetwork& network) {
  const bool images = network.plan().shape.input.size() == 3;
  return images && !network.parameters().front().is_cuda() ? 64 : 1024;
}

}  // namespace

NetworkOracle::NetworkOracle(std::shared_ptr<networks::MultiExitNetwork> network, double tau,
                             std::vector<std::int64_t> shape, std::int64_t batch)
    : network_(std::move(network)),
      tau_(tau),
      shape_(std::move(shape)),
      batch_(batch > 0 ? batch : best_batch(*network_)) {
  shape_.insert(shape_.begin(), -1);
  network_->eval();
}

torch::Tensor NetworkOracle::answer(const torch::Tensor& inputs) {
  const torch::NoGradGuard no_gradient;
  std::vector<torch::Tensor> labels;
  for (const torch::Tensor& part : inputs.split(batch_)) {
    torch::Tensor x = part.view(shape_);
    if (x.dim() == 4) x = x.contiguous(torch::MemoryFormat::ChannelsLast);
    labels.push_back(network_->decide_early(x, tau_).labels);
  }
  return torch::cat(labels);
}

}  // namespace exitaudit::measure_boundary
