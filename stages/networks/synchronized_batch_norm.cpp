#include "stages/networks/synchronized_batch_norm.h"

#include <torch/custom_class.h>

#include <utility>
#include <vector>

namespace exitaudit::networks {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Lets a backward pass find the team again.
struct TeamHolder : torch::CustomClassHolder {
  explicit TeamHolder(SumOverRanks given) : sum(std::move(given)) {}
  SumOverRanks sum;
};

std::vector<std::int64_t> all_but_channels(const torch::Tensor& x) {
  std::vector<std::int64_t> dimensions{0};
  for (std::int64_t i = 2; i < x.dim(); ++i) dimensions.push_back(i);
  return dimensions;
}

/// [channels] as it broadcasts over `x`.
torch::Tensor per_channel(const torch::Tensor& values, const torch::Tensor& x) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = values.size(0);
  return values.view(shape);
}

struct Normalize : torch::autograd::Function<Normalize> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, const BatchNormTensors& layer, double momentum,
                               double epsilon, const SumOverRanks& sum) {
    const torch::Tensor values = x.to(torch::kFloat);
    const auto dimensions = all_but_channels(x);
    const std::int64_t channels = x.size(1);
    const torch::Tensor ours = torch::full({1}, static_cast<double>(x.numel() / channels), values.options());
    const torch::Tensor sums = torch::cat({values.sum(dimensions), ours});
    sum(sums);
    const torch::Tensor count = sums.narrow(0, channels, 1);
    const torch::Tensor mean = sums.narrow(0, 0, channels) / count;
    const torch::Tensor centred = values - per_channel(mean, x);
    const torch::Tensor squares = centred.square().sum(dimensions);
    sum(squares);
    const torch::Tensor scale = (squares / count + epsilon).rsqrt();
    layer.running_mean.lerp_(mean, momentum);
    layer.running_var.lerp_(squares / (count - 1), momentum);
    const torch::Tensor normalized = centred * per_channel(scale, x);
    context->save_for_backward({normalized, weight, scale, count});
    context->saved_data["team"] = c10::IValue::make_capsule(c10::make_intrusive<TeamHolder>(sum));
    return torch::addcmul(per_channel(bias, x), normalized, per_channel(weight, x)).to(x.scalar_type());
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor &normalized = saved[0], &weight = saved[1], &scale = saved[2], &count = saved[3];
    const auto team = context->saved_data["team"].toCapsule();
    const torch::Tensor gradient = gradients[0].to(torch::kFloat);
    const auto dimensions = all_but_channels(gradient);
    const torch::Tensor bias_gradient = gradient.sum(dimensions);
    const torch::Tensor weight_gradient = (gradient * normalized).sum(dimensions);
    const torch::Tensor sums = torch::stack({bias_gradient, weight_gradient});
    static_cast<TeamHolder*>(team.get())->sum(sums);
    const torch::Tensor means = sums / count;
    const torch::Tensor rest =
        gradient - per_channel(means[0], gradient) - normalized * per_channel(means[1], gradient);
    const torch::Tensor x_gradient = rest * per_channel(weight * scale, gradient);
    return {x_gradient.to(gradients[0].scalar_type()), weight_gradient, bias_gradient, {}, {}, {}, {}};
  }
};

}  // namespace

torch::Tensor synchronized_batch_norm(const torch::Tensor& x, const BatchNormTensors& layer, double momentum,
                                      double epsilon, const SumOverRanks& sum) {
  return Normalize::apply(x, layer.weight, layer.bias, layer, momentum, epsilon, sum);
}

}  // namespace exitaudit::networks
