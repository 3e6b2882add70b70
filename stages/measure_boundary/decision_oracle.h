#pragma once
// DecisionOracle: all that a label-only adversary has of a model (specification 5). Labels out, queries counted.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "stages/networks/network.h"

namespace exitaudit::measure_boundary {

class DecisionOracle {
 public:
  DecisionOracle() = default;
  DecisionOracle(const DecisionOracle&) = delete;
  DecisionOracle& operator=(const DecisionOracle&) = delete;
  virtual ~DecisionOracle() = default;

  /// Labels [n] int64 of the samples `inputs` [n, d], float32, d values a sample in the dataset's order.
  torch::Tensor decide(const torch::Tensor& inputs) {
    queries_ += inputs.size(0);
    return answer(inputs);
  }
  std::int64_t queries() const { return queries_; }

 private:
  virtual torch::Tensor answer(const torch::Tensor& inputs) = 0;
  std::int64_t queries_ = 0;
};

/// A multi-exit network that answers as it is deployed: with early exits at its tau.
class NetworkOracle final : public DecisionOracle {
 public:
  /// Puts the network into evaluation mode. `shape` is that of one sample; `batch` is the most samples in one forward
  /// pass, 0 = what suits the network's device.
  NetworkOracle(std::shared_ptr<networks::MultiExitNetwork> network, double tau, std::vector<std::int64_t> shape,
                std::int64_t batch = 0);

 private:
  torch::Tensor answer(const torch::Tensor& inputs) override;
  std::shared_ptr<networks::MultiExitNetwork> network_;
  double tau_;
  std::vector<std::int64_t> shape_;
  std::int64_t batch_;
};

}  // namespace exitaudit::measure_boundary
