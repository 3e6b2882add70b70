#pragma once
// LinearOracle: a plane as a model of two classes, whose boundary is known. Its answers are exact: sums in float64.

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "stages/measure_boundary/decision_oracle.h"

namespace exitaudit::test {

class LinearOracle final : public measure_boundary::DecisionOracle {
 public:
  /// Label 1 where normal . x + offset > 0; `normal` is [d].
  LinearOracle(torch::Tensor normal, double offset) : normal_(normal.to(torch::kDouble)), offset_(offset) {}

  /// |normal . x + offset| / |normal|
  double distance(const torch::Tensor& x) const {
    return std::abs(signed_side(x.const_data_ptr<float>())) / normal_.norm().item<double>();
  }

 private:
  /// One sum in the order of the values: the same bits in every batch.
  double signed_side(const float* x) const {
    const double* normal = normal_.const_data_ptr<double>();
    double sum = offset_;
    for (std::int64_t i = 0; i < normal_.size(0); ++i) sum += normal[i] * static_cast<double>(x[i]);
    return sum;
  }
  torch::Tensor answer(const torch::Tensor& inputs) override {
    torch::Tensor labels = torch::empty({inputs.size(0)}, torch::kLong);
    for (std::int64_t i = 0; i < inputs.size(0); ++i) {
      const float* x = inputs.const_data_ptr<float>() + i * inputs.size(1);
      labels.mutable_data_ptr<std::int64_t>()[i] = signed_side(x) > 0 ? 1 : 0;
    }
    return labels;
  }

  torch::Tensor normal_;
  double offset_;
};

}  // namespace exitaudit::test
